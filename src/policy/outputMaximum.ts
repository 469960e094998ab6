/**
 * What models can answer at most, and what an image costs them at most: of use where a request does not say. Answers are as
 * in LiteLLM 1.109.1's table of models (of 2026-11), images by the formulas that OpenAI, Anthropic and Google give for
 * vision. Too high only reserves too much; too low breaks the bound: so a family has its largest member's figure. A model
 * whose only known maximum is its context counts as unknown.
 */

/** For models that are in no line below: what the large ones of several providers have. */
const OUTPUT_TOKENS_UNKNOWN = 128_000;
/** For models that are in no line below: above the dearest known, an image of eight tiles for gpt-4o-mini. */
const IMAGE_TOKENS_UNKNOWN = 50_000;

type Line = readonly [family: RegExp, tokens: number];

/** The first that matches. A family begins the name or follows a provider's: `openai/o3`, `us.anthropic.claude-…`. */
const outputLines: readonly Line[] = [
  [/gpt-5-pro/, 272_000],
  [/gpt-5(?:\.\d)?-chat/, 16_384],
  [/gpt-(?:4o|audio)/, 16_384],
  [/gpt-4(?:\.1|-32k)/, 32_768],
  [/gpt-4(?:-|$)/, 8_192],
  [/gpt-3\.5/, 16_385],
  [/(?:^|[/:.])o[134](?:-|$)/, 100_000],
  [/claude-3-(?:opus|sonnet|haiku)/, 4_096],
  [/claude-3[-.]5-/, 8_192],
  [/claude-opus-4(?:[-.][01])?(?:-\d{8}|-v\d|[@:]|$)/, 32_000],
  [/claude-sonnet-4(?:-0)?(?:-\d{8}|-v\d|[@:]|$)/, 64_000],
  [/claude-(?:opus|sonnet|haiku)-4[-.]5/, 64_000],
  [/gemini-(?:1\.5|2\.0)/, 8_192],
  [/gemini-(?:2\.5|3)/, 65_536],
  [/deepseek/, 393_216],
];

/**
 * OpenAI cuts an image into at most 8 tiles of 512 px, or into 1,536 patches of 32 px, since gpt-5.4 up to 10,000, each of
 * up to 2.46 tokens; Anthropic into patches of 28 px up to about 1.2 megapixels, since Opus 4.7 to 3.75.
 */
const imageLines: readonly Line[] = [
  // 2,833 + 8 × 5,667.
  [/gpt-4o-mini/, 48_169],
  // 85 + 8 × 170.
  [/gpt-(?:4o|4-turbo|4-vision|4\.5)/, 1_445],
  // 1,536 × 2.46, for gpt-4.1-nano.
  [/gpt-4\.1/, 3_779],
  // 10,000 × 2.46.
  [/gpt-[56]/, 24_600],
  // 1,536 × 1.72, for o4-mini; o1 and o3 have 75 + 8 × 150.
  [/(?:^|[/:.])o[134](?:-|$)/, 2_642],
  [/claude-(?:3|(?:opus|sonnet|haiku)-4(?:[-.][0156])?(?:-\d{8}|-v\d|[@:]|$))/, 1_600],
  [/claude/, 4_784],
  // Its dearest `media_resolution`.
  [/gemini-3/, 2_240],
];

/** The most tokens a model answers with, reasoning inside. */
export function outputMaximum(model: string): number {
  return find(outputLines, model) ?? OUTPUT_TOKENS_UNKNOWN;
}

/** The most tokens one image is for a model. */
export function imageMaximum(model: string): number {
  return find(imageLines, model) ?? IMAGE_TOKENS_UNKNOWN;
}

function find(lines: readonly Line[], model: string): number | null {
  const lowered = model.toLowerCase();
  return lines.find(([family]) => family.test(lowered))?.[1] ?? null;
}
