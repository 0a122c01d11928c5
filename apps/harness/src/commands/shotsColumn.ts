interface Row {
  /** By name; absent if it is not known. */
  dataset?: string;
  shots: number | string;
}

/** The column of a table of runs that tells their shots, after the data set where they are on several: its head and its cells. */
export function shotsColumn(rows: readonly Row[]): { head: string; cells: string[] } {
  const hasSeveral = new Set(rows.flatMap(({ dataset }) => dataset ?? [])).size > 1;
  return {
    head: hasSeveral ? 'data set, shots' : 'shots',
    cells: rows.map(({ dataset, shots }) =>
      hasSeveral && dataset !== undefined ? `${dataset} ${shots}` : String(shots),
    ),
  };
}
