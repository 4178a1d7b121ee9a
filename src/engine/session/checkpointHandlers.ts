/** Answers what is asked about files of weights; they need no run, no backend and no trust. */
import type { CheckpointRequests } from '../../shared/checkpointContract.ts';
import type { Handlers } from '../../shared/rpc.ts';
import { compareWithConfig } from '../checkpoints/compareWithConfig.ts';
import { examineCheckpoint } from '../checkpoints/forensics/examineCheckpoint.ts';
import { PictureTensors } from '../checkpoints/pictureTensors.ts';
import { weightsFile } from '../checkpoints/weightsFile.ts';

export function checkpointHandlers(): Handlers<CheckpointRequests> {
  const pictures = new PictureTensors();
  const fileOf = (checkpoint: string) => weightsFile(checkpoint, ['latest']);
  return {
    checkpoint: async ({ checkpoint }, token) => examineCheckpoint(await fileOf(checkpoint), token),
    checkpointPicture: (request) => pictures.picture(request),
    compareCheckpoint: async ({ checkpoint, config }) => compareWithConfig(await fileOf(checkpoint), config),
    checkpointFile: async ({ checkpoint }) => ({ file: await fileOf(checkpoint) }),
  };
}
