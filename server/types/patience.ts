/**
 * A person who asks waits longer than one who types. Calls made under a patient signal get several times their deadline,
 * so that a busy machine gives a late answer to who asked, and none to who did not.
 */
import type { CheckLimits, TypeEngine } from './typeEngine.ts';

const FACTOR = 12;

const patient = new WeakSet<AbortSignal>();

/** Marks a signal: who waits on it asked by hand. */
export function patiently(signal: AbortSignal): AbortSignal {
  patient.add(signal);
  return signal;
}

export const isPatient = (signal: AbortSignal | undefined): boolean => signal !== undefined && patient.has(signal);

/** The engine with longer deadlines for calls under a patient signal. `defaults` are those of the engine, in milliseconds. */
export function withPatience(engine: TypeEngine, defaults = { enumerate: 150, check: 400, context: 400 }): TypeEngine {
  const stretched = <T extends { readonly deadline?: number }>(limits: T, usual: number, signal?: AbortSignal): T =>
    isPatient(signal) ? { ...limits, deadline: FACTOR * (limits.deadline ?? usual) } : limits;
  const settled = ({ settle, ...limits }: CheckLimits, signal?: AbortSignal): CheckLimits =>
    settle && !isPatient(signal) ? { ...limits, settle } : limits;
  return {
    ...engine,
    context: (request, limits = {}, signal) =>
      engine.context(request, stretched(limits, defaults.context, signal), signal),
    enumerate: (request, limits = {}, signal) =>
      engine.enumerate(request, stretched(limits, defaults.enumerate, signal), signal),
    check: (request, fills, limits = {}, signal) =>
      engine.check(request, fills, settled(stretched(limits, defaults.check, signal), signal), signal),
  };
}
