/**
 * App: the routes behind their guards. A request without a right token learns of no route but the page's (A-HTTP-09).
 */
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { Asked } from "./asked.ts";
import { bodyOf, objectIn, refuseOtherTypes } from "./body.ts";
import type { Approver, Viewer } from "./door/credentials.ts";
import { bearerOf, callerOf, type Guard, TooMany } from "./door/guard.ts";
import type { Offer } from "./offer.ts";
import type { Page } from "./page.ts";
import { answerOf, Refusal } from "./refusal.ts";
import type { Answer, Replays } from "./replays.ts";
import { ROUTES, type Route } from "./routes.ts";

export interface AppPorts {
  readonly offer: Offer;
  readonly guard: Guard;
  readonly replays: Replays;
  readonly page: Page;
  readonly maxBodyBytes: number;
  /** Told of what nobody expected. */
  readonly failed: (error: unknown) => void;
}

type Env = { Bindings: HttpBindings };
type Request = Context<Env>;

const JSON_TYPE = "application/json; charset=utf-8";

export function appOf(ports: AppPorts): Hono<Env> {
  const { guard, page } = ports;
  const app = new Hono<Env>();
  app.onError((error, c) => refuse(c, error, ports));
  app.use(async (c, next) => {
    if (!["GET", "HEAD"].includes(c.req.method)) refuseOtherTypes(c.req.header("content-type"));
    await next();
  });
  for (const route of ROUTES) app.on(route.method, route.path, (c) => answer(route, c, ports));
  app.notFound(async (c) => {
    if (!isVisit(c)) {
      viewerOf(c, guard);
      throw new Refusal(404, "route.unknown", "there is nothing here by that name");
    }
    const file = await page.file(c.req.path);
    if (file === undefined) throw new Refusal(404, "route.unknown", "there is nothing here by that name");
    return c.body(file.body, 200, { "content-type": file.type });
  });
  return app;
}

/** The page's own files are for everybody: nothing of any run is in them. */
const isVisit = ({ req }: Request): boolean =>
  (req.method === "GET" || req.method === "HEAD") && !/^\/(?:v1|inspect)(?:\/|$)/i.test(req.path);

const viewerOf = (c: Request, guard: Guard): Viewer =>
  guard.viewer(bearerOf(c.req.header("authorization")), callerOf(c.env.incoming));

const approverOf = (c: Request, guard: Guard): Approver =>
  guard.approver(c.req.header("x-bailiwick-approver"), callerOf(c.env.incoming));

async function answer(route: Route, c: Request, ports: AppPorts): Promise<Response> {
  const viewer = viewerOf(c, ports.guard);
  if (route.access === "viewer") return send(c, await carryOut(route, askedOf(c, viewer), ports), route.type);
  const approver = approverOf(c, ports.guard);
  const text = await bodyOf(c.req.raw, ports.maxBodyBytes);
  const asked: Asked = {
    ...askedOf(c, { may: (run) => viewer.may(run) && approver.may(run) }),
    person: approver.person,
    body: objectIn(text),
  };
  const parts = [JSON.stringify([viewer.name, approver.person]), c.req.path, text];
  const key = c.req.header("idempotency-key");
  return send(c, await ports.replays.once(key, parts, () => carryOut(route, asked, ports)), route.type);
}

const askedOf = ({ req }: Request, { may }: Pick<Viewer, "may">): Asked => ({
  param: (name) => req.param(name) ?? "",
  query: (name) => req.query(name),
  body: {},
  person: "",
  may,
});

async function carryOut(route: Route, asked: Asked, { offer, failed }: AppPorts): Promise<Answer> {
  try {
    const value = await route.handle(asked, offer);
    return { status: 200, body: route.type === undefined ? JSON.stringify(value) : String(value) };
  } catch (error) {
    const { status, code, message } = answerOf(error);
    if (status === 500) failed(error);
    return { status, body: JSON.stringify({ code, message }) };
  }
}

/** What is not JSON is a file to be kept, and never a page of this origin. */
function send(c: Request, { status, body }: Answer, type?: string): Response {
  const isFile = type !== undefined && status === 200;
  if (isFile) c.header("content-disposition", "attachment");
  return c.body(body, status, { "content-type": isFile ? type : JSON_TYPE });
}

function refuse(c: Request, error: unknown, { failed }: AppPorts): Response {
  const { status, code, message } = answerOf(error);
  if (status === 500) failed(error);
  if (error instanceof TooMany) c.header("retry-after", String(error.retryAfter));
  return c.body(JSON.stringify({ code, message }), status, { "content-type": JSON_TYPE });
}
