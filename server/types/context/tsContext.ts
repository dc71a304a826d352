/**
 * Typed context: what a reader needs who shall fill the hole. After Blinn et al. (Statically contextualizing large
 * language models with typed holes, OOPSLA 2024): the expected type, the types it is made of, the values that make or take
 * it; extended by what measurements showed missing: complete or ranked members, the callee's signature, types of near
 * values, the own class, the file's skeleton, import headers, enum members and exports not imported yet.
 */

import { attempt } from '../faults.ts';
import type { HoleState } from '../tsHole.ts';
import type { ProjectIndex } from '../tsIndex.ts';
import type { ContextLimits, TypedItem } from '../typeEngine.ts';
import { Collector } from './tsContextCollector.ts';
import { headerItems } from './tsContextHeaders.ts';
import { exportItems, importItems } from './tsContextImports.ts';
import { placeItems } from './tsContextPlace.ts';
import { closure, expectedItems, ownItems, receiverItems, signatureItems } from './tsContextTypes.ts';
import { skeletonItems, valueItems } from './tsContextValues.ts';

export function typedContext(
  state: HoleState,
  index: ProjectIndex,
  limits: ContextLimits,
  cancelled: () => boolean,
): TypedItem[] {
  const { hints = [], maxLength = 24_000 } = limits;
  const collect = new Collector(state, hints);
  const steps = [
    () => placeItems(collect),
    () => expectedItems(collect),
    () => headerItems(collect, index, hints, cancelled),
    () => signatureItems(collect),
    () => receiverItems(collect),
    () => ownItems(collect),
    () => valueItems(collect),
    () => importItems(collect),
    () => closure(collect),
    () => exportItems(collect, index, hints),
    () => skeletonItems(collect),
  ];
  for (const step of steps) {
    if (cancelled()) break;
    attempt('context', step, undefined);
  }
  const sorted = collect.items.sort((a, b) => b.score - a.score);
  let length = 0;
  return sorted.filter((item) => {
    length += item.text.length;
    return length <= maxLength || length === item.text.length;
  });
}
