import { expect, it } from 'vitest';
import { gigabytes } from '../../../src/backends/machine/gigabytes.js';

it('shows three digits of what matters in gigabytes', () => {
  expect([70e6, 4.91e9, 24e9].map(gigabytes)).toEqual(['0.070 GB', '4.91 GB', '24.0 GB']);
});
