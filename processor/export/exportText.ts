import { setImmediate as othersTurn } from 'node:timers/promises';
import type { GroupKey } from '../api/facts.ts';
import { callJson } from '../api/callJson.ts';
import { readCosts } from '../api/readCosts.ts';
import { TollgateError } from '../../src/errors.ts';
import type { Queries } from '../store/database.ts';
import { callColumnNames, callCsvLine } from './callLines.ts';
import { csvLine } from './csv.ts';
import { cubeColumns, cubeCsvLine, cubeJsonLine, cubeRows } from './cubeLines.ts';
import type { ExportQuestion } from './exportQuestion.ts';
import { focusLines } from './focus/focusLines.ts';
import { patient } from './patient.ts';
import { scanCalls } from './scanCalls.ts';

/** What is sent at once: larger pieces cost memory, smaller ones a system call each. */
const PIECE_CHARACTERS = 64 * 1024;
/** Whose costs finance asks for. */
const FOCUS_TAGS: readonly GroupKey[] = ['agent', 'user', 'session', 'environment'].map((dimension) => ({
  dimension: dimension as 'agent',
}));

/**
 * The file in pieces. However much there is, a statement reads a page of it, and the next only when the piece was taken. Throws
 * the reason of the signal where it is aborted meanwhile.
 */
export async function* exportText(
  database: Queries,
  question: ExportQuestion,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<string> {
  const pieces: string[] = [];
  let characters = 0;
  for await (const line of linesOf(patient(database, signal), question)) {
    pieces.push(line);
    characters += line.length;
    if (characters < PIECE_CHARACTERS) continue;
    yield pieces.splice(0).join('');
    characters = 0;
    // A client that takes each piece at once must not keep the process from all else while many lines are written.
    await othersTurn();
  }
  if (pieces.length > 0) yield pieces.join('');
}

function linesOf(database: Queries, question: ExportQuestion): AsyncGenerator<string> {
  const { format, groupBy, interval } = question;
  if (format === 'focus') return focusLines(database, { ...question, groupBy: groupBy ?? FOCUS_TAGS });
  if (groupBy === null && interval === null) return callLines(database, question);
  return cubeLines(database, question, groupBy ?? []);
}

async function* callLines(database: Queries, question: ExportQuestion): AsyncGenerator<string> {
  const isCsv = question.format === 'csv';
  if (isCsv) yield csvLine(callColumnNames);
  for await (const rows of scanCalls(database, question)) {
    for (const row of rows) yield isCsv ? callCsvLine(row) : `${JSON.stringify(callJson(row))}\n`;
  }
}

async function* cubeLines(
  database: Queries,
  question: ExportQuestion,
  groupBy: readonly GroupKey[],
): AsyncGenerator<string> {
  const isCsv = question.format === 'csv';
  if (isCsv) yield csvLine(cubeColumns(groupBy, question.interval));
  for await (const row of cubeRows(database, { ...question, groupBy })) {
    yield isCsv ? cubeCsvLine(row) : cubeJsonLine(groupBy, row);
  }
}

/** How many of the calls have no price; null where finding out takes a look at every single one. */
export async function countUnpriced(database: Queries, question: ExportQuestion): Promise<number | null> {
  if (question.filters.tags.size > 0) return null;
  const { tenant, filters, from, to } = question;
  try {
    const asked = { tenant, filters, from, to, groupBy: [], starts: null, after: null, limit: 1 };
    return (await readCosts(database, asked)).totals.unpriced_calls;
  } catch (fault) {
    if (fault instanceof TollgateError && (fault.code === 'question_too_large' || fault.code === 'question_timeout')) {
      return null;
    }
    throw fault;
  }
}
