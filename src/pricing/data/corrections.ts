import type { Correction } from '../correction.ts';
import { anthropicCorrections } from './anthropicCorrections.ts';
import { awsClaudeCorrections } from './awsClaudeCorrections.ts';
import { awsCorrections } from './awsCorrections.ts';
import { azureCorrections } from './azureCorrections.ts';
import { claudeHourWrites } from './claudeHourWrites.ts';
import { deepseekChatCorrections } from './deepseekChatCorrections.ts';
import { deepseekHolidays } from './deepseekHolidays.ts';
import { deepseekV4Corrections } from './deepseekV4Corrections.ts';
import { googleCorrections } from './googleCorrections.ts';
import { openaiCorrections } from './openaiCorrections.ts';
import { othersCorrections } from './othersCorrections.ts';

/** What the rate card has wrong or lacks. Later ones go over earlier ones. */
export const corrections: readonly Correction[] = [
  ...openaiCorrections,
  ...anthropicCorrections,
  ...awsCorrections,
  ...awsClaudeCorrections,
  ...googleCorrections,
  ...deepseekChatCorrections,
  ...deepseekV4Corrections,
  ...deepseekHolidays,
  ...othersCorrections,
  ...azureCorrections,
  ...claudeHourWrites,
];
