import { describeGateway, describeOtherModels } from './aiProviders.ts';
import { describeAiSdk } from './aiSdk.ts';

// A tool's error is told to the model by its message: "nothing there".
describeAiSdk({ set: 'ai6', failedToolWords: 2 });
describeGateway('ai6', 20);
describeOtherModels('ai6', 20);
