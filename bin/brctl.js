#!/usr/bin/env node
// Checks the Node version in a syntax that every Node understands, then hands over to main.
import { existsSync } from 'node:fs';
import module from 'node:module';

const [major, minor, patch] = process.versions.node.split('.').map(Number);
if (
  major < 22 ||
  (major === 22 && (minor < 22 || (minor === 22 && patch < 2))) ||
  (major === 24 && minor < 15) ||
  major === 23 ||
  major === 25
) {
  process.stderr.write(
    `brctl needs Node 22.22.2+, 24.15+ or 26+, and this is ${process.versions.node}: inside the ` +
      'checkout use `npx brctl` (npm ci brings a Node of its own), elsewhere install a ' +
      'newer Node.\n',
  );
  process.exitCode = 6;
} else {
  module.enableCompileCache?.();
  const built = new URL('../dist/brctl.js', import.meta.url);
  if (existsSync(built)) {
    const { start } = await import(built.href);
    process.exitCode = await start(process);
  } else {
    process.stderr.write('brctl is not built yet: run `npm run build` in the checkout.\n');
    process.exitCode = 3;
  }
}
