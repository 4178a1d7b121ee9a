// How arrays of four axes are walked: row by row, a row being all of the last axis. Rows are divided over the team; of a
// single row each thread takes some columns.
import { shareBegin, shareEnd } from './team';

export abstract class Axes {
  /** This thread's first row of `rows`. */
  @inline static firstRow(rows: i32): i32 {
    return rows === 1 ? 0 : shareBegin(rows, 1);
  }

  /** One past its last row. */
  @inline static endRow(rows: i32): i32 {
    return rows === 1 ? 1 : shareEnd(rows, 1);
  }

  /** Its first column in each of its rows. */
  @inline static firstColumn(rows: i32, columns: i32): i32 {
    return rows === 1 ? shareBegin(columns, 16) : 0;
  }

  /** One past its last column. */
  @inline static endColumn(rows: i32, columns: i32): i32 {
    return rows === 1 ? shareEnd(columns, 16) : columns;
  }

  /** Where a row begins in an array with these strides in its first three axes; sizes of the second and the third. */
  @inline static offset(row: i32, size1: i32, size2: i32, stride0: i32, stride1: i32, stride2: i32): i32 {
    const rest = row / size2;
    return (rest / size1) * stride0 + (rest % size1) * stride1 + (row % size2) * stride2;
  }
}
