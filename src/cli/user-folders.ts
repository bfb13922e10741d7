// The user's own folders on this machine.

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** XDG_CONFIG_HOME, else %APPDATA% on Windows, else ~/.config. Undefined where nothing says where home is. */
export function configHome(environment: NodeJS.ProcessEnv, platform = process.platform): string | undefined {
  const home = homeFolder();
  const homes = [
    environment.XDG_CONFIG_HOME,
    platform === 'win32' ? environment.APPDATA : undefined,
    home && join(home, '.config'),
  ];
  // The XDG specification has relative paths ignored.
  return homes.find((path) => path !== undefined && isAbsolute(path));
}

export function homeFolder(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    // An account without a home, as in a container.
    return undefined;
  }
}
