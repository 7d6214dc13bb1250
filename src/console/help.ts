// What "help" prints: the commands, the data types, and LSS. Lines begin with "#", so that programs pass over them.

import { DATATYPES } from "./datatypes.ts";

const COMMANDS = [
  "[[net] node] r[ead] <index> <subindex> [datatype]   read an object; a name may stand for both numbers",
  "[[net] node] w[rite] <index> <subindex> <datatype> <value>",
  "   settings are staged: w session.commit 1 applies them all, 2 forgets them",
  "[[net] node] start | stop | preop[erational] | reset node | reset comm[unication]   node 0: all",
  "[net] set network|node <value>   what is meant where a command names none; 0: this device",
  "set sdo_timeout <ms> | set sdo_block 0|1   for transfers to other nodes",
  "set events 0|1   tell boot-ups, emergencies and lost heartbeats   set echo 0|1   show what is typed",
  "info version   vendor, product, revision, serial number, class, protocol",
  "login <password> | logout   needed before settings are written",
  "list [text]   names that hold the text   watch <names> [ms] | watch off   values again and again",
  "help datatype | help lss",
] as const;

const LSS = [
  "lss_switch_glob <0|1>   all nodes to waiting or to configuration",
  "lss_switch_sel <vendor> <product> <revision> <serial>   one node to configuration",
  "lss_set_node <node>   lss_conf_bitrate <table> <index>   lss_activate_bitrate <delay ms>   lss_store",
  "   index: 0 1000, 1 800, 2 500, 3 250, 4 125, 6 50, 7 20, 8 10 kbit/s",
  "lss_inquire_addr [0..3]   lss_get_node   _lss_fastscan [timeout ms]",
] as const;

const datatypeLines = (): string[] => Object.entries(DATATYPES).map(([name, { help }]) => `${name.padEnd(4)} ${help}`);

/** The lines of a topic, or undefined where there is none. */
export function helpLines(topic: string): readonly string[] | undefined {
  if (topic === "") return COMMANDS;
  if (topic === "lss") return LSS;
  return topic === "datatype" || topic === "datatypes" ? datatypeLines() : undefined;
}
