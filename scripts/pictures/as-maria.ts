/** Preloaded: whoever takes the pictures is nobody's business, so it is maria at example.com who is at the terminal. */

import { syncBuiltinESMExports } from "node:module";
import os, { type UserInfo } from "node:os";

const own = os.userInfo();
Object.assign(os, {
  hostname: () => "example.com",
  userInfo: (): UserInfo<string> => ({ ...own, username: "maria" }),
});
syncBuiltinESMExports();
