import { describeGateway, describeOtherModels } from './aiProviders.ts';
import { describeAiSdk } from './aiSdk.ts';

// A tool's error is told to the model by its name and message: "TypeError: nothing there".
describeAiSdk({ set: 'ai7', nodeMin: 22, failedToolWords: 3 });
describeGateway('ai7', 22);
describeOtherModels('ai7', 22);
