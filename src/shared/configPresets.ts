/** Configs with a name, to start from. Each lists only what differs from the table's defaults. */

export interface Preset {
  /** One line for a quick pick. */
  readonly description: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export const presets = {
  tiny: {
    description: 'A toy to watch single weights: 2 layers of 10, for a file of a few hundred words',
    config: { emb_sz: 20, n_hid: 10, n_layers: 2, bs: 10, bptt: 5 },
  },
  small: {
    description: 'Minutes on any machine: 2 layers of 128',
    config: { emb_sz: 64, n_hid: 128, n_layers: 2 },
  },
  medium: {
    description: 'Tens of minutes with the native backend: 3 layers of 400',
    config: { emb_sz: 200, n_hid: 400, n_layers: 3, bs: 32 },
  },
  ulmfit: {
    description: 'The size of the ULMFiT paper and of fastai: 3 layers of 1152, for a long run',
    config: { emb_sz: 400, n_hid: 1152, n_layers: 3, bs: 20 },
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;

/** What is used where no config is given (docs/contracts.md section 1). */
export const defaultPreset: PresetName = 'small';
