// Renders images/icon.svg to the PNG the marketplace wants, through the same Chromium the editor tests use.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium as driver } from 'playwright-core';
import { chromium } from './install.mjs';

const images = resolve(import.meta.dirname, '../../images');
const browser = await driver.launch({ executablePath: chromium(), args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
const svg = readFileSync(join(images, 'icon.svg'), 'utf8');
await page.setContent(`<style>body{margin:0;background:transparent}svg{display:block}</style>${svg}`);
await page.screenshot({ path: join(images, 'icon.png'), omitBackground: true });
await browser.close();
