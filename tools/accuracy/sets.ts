// The public recordings the accuracy report is made from, what was fitted on, and the bars that are to be met.

export type RecordingSet = {
  readonly title: string;
  readonly cell: string;
  readonly chemistry: "NMC/NCA" | "LFP" | "transfer";
  readonly folders: readonly string[];
  /** Files that are played; the others of a folder are something else. */
  readonly played: RegExp;
  /** Files the cell was identified on: their figures are shown apart. */
  readonly fitted: RegExp;
  /** The recording that is drawn over time. */
  readonly drawn: RegExp;
};

export const SETS: readonly RecordingSet[] = [
  {
    title: "LG 18650HG2 (NMC, 2.78 Ah)",
    cell: "lg-18650hg2",
    chemistry: "NMC/NCA",
    folders: ["lg-18650hg2/drive", "lg-18650hg2/drive10hz"],
    played: /./,
    fitted: /_Mixed[12]\./,
    drawn: /25degC_.*LA92/,
  },
  {
    title: "Panasonic NCR18650PF (NCA, 3.0 Ah)",
    cell: "panasonic-18650pf",
    chemistry: "NMC/NCA",
    folders: ["panasonic-18650pf/drive", "panasonic-18650pf/drive10hz"],
    played: /./,
    fitted: /_Cycle_1\./,
    drawn: /25degC_NN/,
  },
  {
    title: "A123 ANR26650 (LFP, 2.03 Ah)",
    cell: "a123-26650",
    chemistry: "LFP",
    folders: ["a123-26650-esc/dyn"],
    played: /_S1\./,
    fitted: /_P(05|25)_S1\./,
    drawn: /_P45_S1/,
  },
  {
    title: "Samsung INR18650-20R (NMC, 2.0 Ah) with the LG cell's model, rescaled",
    cell: "lg-18650hg2",
    chemistry: "transfer",
    folders: ["inr18650-20r"],
    played: /./,
    fitted: /$^/,
    drawn: /DST/,
  },
];

export type Bar = {
  readonly what: string;
  readonly chemistry: RecordingSet["chemistry"];
  readonly perturbation: "none" | "all";
  readonly from_degC: number;
  readonly to_degC: number;
  readonly rmse: number;
  readonly max10?: number;
};

export const BARS: readonly Bar[] = [
  {
    what: "right start, untouched sensors, 10 to 40 °C",
    chemistry: "NMC/NCA",
    perturbation: "none",
    from_degC: 5,
    to_degC: 45,
    rmse: 0.01,
  },
  {
    what: "the same, 0 and -10 °C",
    chemistry: "NMC/NCA",
    perturbation: "none",
    from_degC: -14,
    to_degC: 5,
    rmse: 0.015,
  },
  { what: "the same, -20 °C", chemistry: "NMC/NCA", perturbation: "none", from_degC: -30, to_degC: -14, rmse: 0.03 },
  {
    what: "all errors together, 10 to 40 °C",
    chemistry: "NMC/NCA",
    perturbation: "all",
    from_degC: 5,
    to_degC: 45,
    rmse: 0.02,
    max10: 0.05,
  },
  { what: "the same, 0 and -10 °C", chemistry: "NMC/NCA", perturbation: "all", from_degC: -14, to_degC: 5, rmse: 0.03 },
  {
    what: "right start, untouched sensors, -5 to 45 °C",
    chemistry: "LFP",
    perturbation: "none",
    from_degC: -8,
    to_degC: 50,
    rmse: 0.01,
  },
  {
    what: "all errors together, -5 to 45 °C",
    chemistry: "LFP",
    perturbation: "all",
    from_degC: -8,
    to_degC: 50,
    rmse: 0.03,
    max10: 0.06,
  },
  {
    what: "right start, untouched sensors, 25 °C",
    chemistry: "transfer",
    perturbation: "none",
    from_degC: 0,
    to_degC: 50,
    rmse: 0.03,
  },
  {
    what: "all errors together, 25 °C",
    chemistry: "transfer",
    perturbation: "all",
    from_degC: 0,
    to_degC: 50,
    rmse: 0.03,
  },
];

/** Stated bounds: least and largest share of samples inside, and mean half-width over the root mean square error. */
export const BOUND_BAR = { least: 0.93, most: 0.99, width: 2.5 };

/** What the device may cost more than the textbook's filter, µs for one cell and sample; and the packs that is measured in. */
export const COST_BAR_us = 0.25;
export const COST_CELLS: readonly number[] = [6, 9, 12, 16, 18];

/** How the shipped cells were identified: what `npm run accuracy -- --fit` runs. */
export const FITS: readonly (readonly string[])[] = [
  [
    "lg-18650hg2/ocv",
    "lg-18650hg2/hppc",
    "lg-18650hg2/drive/*_Mixed[12].*",
    "-o",
    "lg-18650hg2",
    "--capacity",
    "2.778",
    "--chemistry",
    "NMC",
    "--title",
    "LG 18650HG2, rated 3.0 Ah",
    "--source",
    "C/20 sweeps, HPPC and the drive cycles Mixed1 and Mixed2 at -20 to 40 degC of Kollmeyer, Vidal, Naguib, Skells (McMaster University 2020), Mendeley data cp3473x7xv",
  ],
  [
    "panasonic-18650pf/ocv",
    "panasonic-18650pf/hppc",
    "panasonic-18650pf/drive/*_Cycle_1.*",
    "-o",
    "panasonic-18650pf",
    "--capacity",
    "2.995",
    "--chemistry",
    "NCA",
    "--title",
    "Panasonic NCR18650PF, rated 2.9 Ah",
    "--source",
    "C/20 sweep, five-pulse HPPC and the drive cycle Cycle_1 at -20 to 25 degC of Kollmeyer (University of Wisconsin-Madison 2018), Mendeley data wykht8y7tg",
  ],
  [
    "a123-26650-esc/ocv",
    "a123-26650-esc/dyn/*_P05_S1.*",
    "a123-26650-esc/dyn/*_P25_S1.*",
    "-o",
    "a123-26650",
    "--chemistry",
    "LFP",
    "--title",
    "A123 ANR26650, measured 2.03 Ah",
    "--source",
    "C/30 sweeps both ways at -25 to 45 degC and dynamic runs at 5 and 25 degC of the ESC toolbox of G. Plett (batterysim/esctoolbox-python)",
  ],
];

/** Scripts of one day, from full to empty and back, that the device lives through again and again. */
export const DAYS: readonly {
  readonly name: string;
  readonly cell: string;
  readonly files: readonly string[];
  readonly fitted: boolean;
}[] = ["45_P05", "50_P25", "50_P45"].map((script) => ({
  name: `A123_DYN_${script}`,
  cell: "a123-26650",
  files: [1, 2, 3].map((part) => `a123-26650-esc/dyn/A123_DYN_${script}_S${part}.csv.gz`),
  fitted: !script.endsWith("P45"),
}));

/** What is asked of LFP with a full charge a day. */
export const DAYS_BAR = { rmse: 0.03, max10: 0.06 };

export const AGEING: readonly {
  readonly files: readonly string[];
  readonly cell: string;
  readonly capacity_Ah?: number;
}[] = [
  {
    files: ["lfp-102ah-aging/cell1_charge_curves.csv.gz", "lfp-102ah-aging/cell4_charge_curves.csv.gz"],
    cell: "LFP",
    capacity_Ah: 102,
  },
  { files: ["nasa-aging/curves/B0005.csv.gz", "nasa-aging/curves/B0006.csv.gz"], cell: "NCA", capacity_Ah: 2 },
  { files: ["lg-18650hg2/hppc", "lg-18650hg2/drive"], cell: "lg-18650hg2" },
];

export const PACKS: readonly { readonly file: string; readonly cell: string; readonly capacity_Ah: number }[] = [
  { file: "leaf-module-string-6s/module123-irdischarge-65ah-0_3c.csv.gz", cell: "LMO", capacity_Ah: 65 },
  { file: "leaf-module-string-6s/module123-irdischarge-65ah-2_0c.csv.gz", cell: "LMO", capacity_Ah: 65 },
  { file: "ev-fleet-4cars/car4.csv.gz", cell: "NMC", capacity_Ah: 130 },
];
