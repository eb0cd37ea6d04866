import { expect, test } from 'vitest';
import { claimIn, roleIn } from '../../src/wire/claims';

test.each([
  [{ userClaim: '{"role": "operator"}' }, { role: 'operator' }, 'operator'],
  [{ userClaim: { role: 'operator' } }, { role: 'operator' }, 'operator'],
  [{ userClaim: 'operator' }, 'operator', undefined],
  [{ userClaim: '{"role": 5}' }, { role: 5 }, undefined],
  [{ userClaim: '["operator"]' }, ['operator'], undefined],
  [{ role: 'operator' }, undefined, undefined],
  [[{ role: 'operator' }], undefined, undefined],
  ['operator', undefined, undefined],
  [undefined, undefined, undefined],
])('the claim in %j', (extras, claim, role) => {
  expect(claimIn(extras)).toEqual(claim);
  expect(roleIn(claimIn(extras))).toBe(role);
});
