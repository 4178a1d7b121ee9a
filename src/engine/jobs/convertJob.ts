/** `dropscope convert`: a checkpoint's tensors under the names of another program, with that program's full key set. */
import type { ConvertRequest, ConvertResult } from '../../shared/jobContract.ts';
import { canonical, requireFit } from '../checkpoints/importWeights.ts';
import { fromDropscope } from '../checkpoints/keyStyles.ts';
import { modelOfWeights } from '../checkpoints/modelOfWeights.ts';
import { safetensorsPieces } from '../checkpoints/safetensors.ts';
import { readTensorList, readWeights } from '../checkpoints/tensorFile.ts';
import { weightsFile } from '../checkpoints/weightsFile.ts';
import { parameterShapes } from '../models/parameterShapes.ts';
import { requireWritable, writeOutput } from './outputFile.ts';

/** Metadata is kept. Throws {@link BadInput}-like errors for names or shapes of no AWD-LSTM; nothing is written then. */
export async function convertJob({ checkpoint, to, out }: ConvertRequest): Promise<ConvertResult> {
  const from = await weightsFile(checkpoint, ['latest']);
  await requireWritable(out, [from]);
  const header = await readTensorList(from);
  requireFit(from, header.tensors, parameterShapes(modelOfWeights(from, header.tensors)));
  const read = await readWeights(from);
  const tensors = fromDropscope(canonical(from, read), to);
  await writeOutput(out, safetensorsPieces(tensors, { ...read.metadata, key_style: to }));
  return { file: out, from, names: tensors.map(({ name }) => name) };
}
