export * from '../../../demo/provider/startProvider.ts';
