#!/usr/bin/env node
import { main } from '../dist/main.js';
import { processIo } from '../dist/cli/io.js';

process.exitCode = await main(process.argv, processIo);
