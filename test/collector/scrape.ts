export interface Sample {
  readonly name: string;
  /** As it stands between the braces. */
  readonly labels: string;
  readonly value: number;
}

/** The samples of a Prometheus text page. */
export async function scrape(url: string): Promise<Sample[]> {
  const response = await fetch(url);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-z]\w*)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, labels, value: Number(value) }];
  });
}

/** Over all labels; a counter may end in `_total` or not, as the Collector's version has it. */
export function sumOf(samples: readonly Sample[], name: string): number {
  return samples
    .filter((sample) => sample.name === name || sample.name === `${name}_total`)
    .reduce((sum, sample) => sum + sample.value, 0);
}
