/**
 * The engine's errors as callers get them: their sentence, and a code that tells bad input (nothing was written) from
 * trouble met while working.
 */
import { ResponseError } from 'vscode-jsonrpc/node';
import { BAD_INPUT, BadInput, PROBLEM } from '../../shared/failureCodes.ts';
import { sentenceOf } from '../../shared/sentenceOf.ts';
import { CheckpointError } from '../checkpoints/checkpointError.ts';
import { RunFolderError } from '../checkpoints/runFolderError.ts';
import { StorageError } from '../checkpoints/storageError.ts';
import { CorpusError } from '../text/corpusError.ts';

export function failureOf(error: unknown): ResponseError {
  const message = sentenceOf(error);
  if (error instanceof CorpusError) return new ResponseError(BAD_INPUT, `corpus: ${message}`);
  if (error instanceof StorageError && error.happensLater) return new ResponseError(PROBLEM, message);
  const input = [BadInput, CheckpointError, RunFolderError, StorageError].some((kind) => error instanceof kind);
  return new ResponseError(input ? BAD_INPUT : PROBLEM, message);
}
