// What the room of equipment tells the device about partners on buses: the part of the core's requests that it hands in.

export type ChargerReport = {
  /** A code; its words stand in the signal's row. */
  status: number;
  output_V: number;
  output_A: number;
  output_W: number;
  input_V: number;
  input_A: number;
  input_Hz: number;
  primary_degC: number;
  secondary_degC: number;
  maximum_W: number;
  available: number;
  errors: number;
  voltageReached: number;
  currentReached: number;
  powerReached: number;
};

export type PartnerReport =
  /** A charger on a bus is online (or lost); `connects`: it counts as the signal Charger connected, unless told otherwise. */
  | {
      readonly kind: "charger";
      readonly online: boolean;
      readonly faulty?: boolean;
      readonly connects?: boolean;
      readonly report?: Readonly<Partial<ChargerReport>>;
    }
  /** A vehicle or inverter on a bus is online (or lost); `shutdown`: it orders the discharging contactor open. */
  | { readonly kind: "partner"; readonly online: boolean; readonly shutdown?: boolean }
  /** A sample of the current shunt on the bus, charging positive. */
  | { readonly kind: "shunt"; readonly current_A: number };
