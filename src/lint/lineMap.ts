/** Offsets to lines and columns, both from 1, for any kind of line ending. */

export interface Place {
  readonly line: number;
  readonly column: number;
}

export function lineMap(text: string): (offset: number) => Place {
  const starts = [0];
  for (const end of text.matchAll(/\r\n|\r|\n/g)) starts.push(end.index + end[0].length);
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  };
}
