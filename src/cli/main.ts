#!/usr/bin/env node
// The command line: one program, one file per command.
import { Command } from "commander";

const program = new Command("bms").description("An open battery management system.").version("0.1.0");
program.parse();
