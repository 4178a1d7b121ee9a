/** The commands that start runs and steer them. */
import { parse } from 'jsonc-parser';
import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import { registerCommands } from '../../host/commandTable.ts';
import type { Services } from '../../host/services.ts';
import { askConfig, askConfigFile } from './askConfig.ts';
import { askCorpus, base, corpusOfDocument, corpusOfPaths, type Corpus } from './askCorpus.ts';
import { makeRoom } from './makeRoom.ts';
import { offerResume } from './offerResume.ts';
import { showProgress } from './progress.ts';
import { RunControl } from './runControl.ts';
import { startTraining } from './startTraining.ts';
import { nameOf, readTrainArgument, type TrainJob } from './trainJob.ts';

export function register(services: Services): vscode.Disposable {
  const control = new RunControl(services);
  /** For a person: asks before a run that is under way is stopped. */
  const trainForPerson = async (job: TrainJob) =>
    (await makeRoom(services)) ? startTraining(services, job) : undefined;
  const trainSample = () => trainForPerson(sampleJob(services));
  const registered = registerCommands({
    [commands.train]: async (argument) => {
      if (argument !== undefined) return startTraining(services, readTrainArgument(argument, base()));
      const corpus = await askCorpus();
      if (corpus === undefined) return undefined;
      if (corpus === 'sample') return trainSample();
      const config = await askConfig();
      return config === undefined ? undefined : trainForPerson({ ...corpus, config });
    },
    [commands.trainThisFile]: async (uri) => trainForPerson({ ...(await thisFile(uri)), config: null }),
    [commands.trainWithConfig]: async (uri) => {
      const file = await configFile(uri);
      if (!file) return undefined;
      const corpus = await corpusOfConfig(file);
      if (corpus === undefined) return undefined;
      if (corpus === 'sample') return trainSample();
      return trainForPerson({ ...corpus, config: { file: file.fsPath } });
    },
    [commands.trainSample]: trainSample,
    [commands.pause]: (id) => control.pause(id),
    [commands.resume]: (id) => control.resume(id),
    [commands.step]: (id) => control.step(id),
    [commands.stop]: (id) => control.stop(id),
    [commands.deleteRun]: (id) => control.delete(id),
    [commands.revealRun]: (id) => control.reveal(id),
  });
  return vscode.Disposable.from(registered, offerResume(services), showProgress(services));
}

function sampleJob({ context }: Services): TrainJob {
  const file = vscode.Uri.joinPath(context.extensionUri, 'dist', 'sample', 'dropscope.json').fsPath;
  const config = { file };
  return { name: nameOf([], config), corpus: [], documents: [], base: base(), config };
}

/** The file that was clicked, or the one in the editor. */
async function thisFile(uri: unknown): Promise<Corpus> {
  const editor = vscode.window.activeTextEditor;
  if (uri instanceof vscode.Uri) {
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open) return corpusOfDocument(open);
    return uri.scheme === 'file'
      ? corpusOfPaths([uri.fsPath])
      : corpusOfDocument(await vscode.workspace.openTextDocument(uri));
  }
  if (!editor) throw new Error(vscode.l10n.t('no text editor is open'));
  return corpusOfDocument(editor.document);
}

/** The config that was clicked, the one in the editor, or the workspace's. What is on the screen is what is trained. */
async function configFile(uri: unknown): Promise<vscode.Uri | undefined> {
  const active = vscode.window.activeTextEditor?.document;
  const isConfig = active && /(^|[/.])dropscope\.json$/.test(active.uri.path);
  const file = uri instanceof vscode.Uri ? uri : isConfig ? active.uri : await askConfigFile();
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === file?.toString());
  if (open?.isDirty) await open.save();
  return file;
}

/** Nothing to add when the config names its corpus; otherwise the person is asked. */
async function corpusOfConfig(file: vscode.Uri): Promise<Corpus | 'sample' | undefined> {
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const config: unknown = parse(text);
  // A file that is no JSON object is not our business here: the engine says what is wrong with it, with its line.
  const asks = typeof config === 'object' && config !== null && !('corpus' in config);
  if (asks) return askCorpus();
  return { name: nameOf([], { file: file.fsPath }), corpus: [], documents: [], base: base() };
}
