// x
import type { Session } from "../device/session.ts";
export function startLiveView(_session: Session): { stop: () => void } { return { stop: () => {} }; }
