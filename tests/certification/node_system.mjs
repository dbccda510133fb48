// A small system behind two folders of files, by the protocol of docs/certify.md: it sends nothing, takes each FHIR
// message in JSON, shows its activity, and answers it with an Acknowledgement "ok". It judges nothing.
//
// node node_system.mjs FOLDER; it ends when the file FOLDER/stop is there.

import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const GUIDES = "http://medcomfhir.dk/ig";
const BASE = "https://medcomfhir.dk/ig/acknowledgement";
const MESSAGING = `${GUIDES}/messaging/StructureDefinition/medcom-messaging`;
const ACKNOWLEDGEMENT = `${GUIDES}/acknowledgement/StructureDefinition/medcom-messaging-acknowledgement`;
const CODES = `${GUIDES}/terminology/CodeSystem/medcom-messaging`;

const folder = process.argv[2];
const calls = join(folder, "calls");
const answers = join(folder, "answers");
let now = new Date();
let mail = new Map();

const methods = {
  reset() {
    mail = new Map();
    return {};
  },
  send: () => ({ unsupported: true }),
  tick(call) {
    now = new Date(call.now);
    return { messages: [] };
  },
  receive(call) {
    const answer = receive(Buffer.from(call.data, "base64").toString("utf-8"));
    return { messages: answer === null ? [] : [Buffer.from(JSON.stringify(answer)).toString("base64")] };
  },
  display: (call) => ({ display: mail.get(call.id) ?? null }),
};

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function receive(text) {
  const resources = (parsed(text)?.entry ?? []).map((entry) => entry.resource);
  const header = resources.find((each) => each.resourceType === "MessageHeader");
  if (header === undefined || header.response !== undefined) return null;
  const current = resources.filter((each) => each.resourceType === "Provenance")
    .find((each) => each.target[0].reference.endsWith(header.id));
  mail.set(header.id, { activity: current?.activity.coding[0].code.replace("-message", "") });
  return acknowledgement(header, resources);
}

function acknowledgement(header, resources) {
  const unit = (reference) => resources.find((each) => reference === `${each.resourceType}/${each.id}`);
  const sent = now.toISOString().replace(/\.\d+Z$/, "+00:00");
  const from = unit(header.destination[0].receiver.reference);
  const to = unit(header.sender.reference);
  const provenance = (id, target, code, who, entity) => ({
    resourceType: "Provenance",
    id,
    meta: { profile: [`${MESSAGING}-provenance`] },
    target: [{ reference: `MessageHeader/${target}` }],
    occurredDateTime: sent,
    recorded: sent,
    activity: { coding: [{ system: `${CODES}-activityCodes`, code }] },
    agent: [{ who: { reference: `Organization/${who.id}` } }],
    entity,
  });
  const own = {
    resourceType: "MessageHeader",
    id: randomUUID(),
    meta: { profile: [`${ACKNOWLEDGEMENT}Header`] },
    eventCoding: { system: `${CODES}-eventCodes`, code: "acknowledgement-message" },
    destination: [{
      extension: header.destination[0].extension,
      endpoint: header.source.endpoint,
      receiver: { reference: `Organization/${to.id}` },
    }],
    sender: { reference: `Organization/${from.id}` },
    source: { endpoint: header.destination[0].endpoint },
    response: { identifier: header.id, code: "ok" },
  };
  const before = resources.find(
    (each) => each.resourceType === "Provenance" && each.target[0].reference.endsWith(header.id),
  );
  const latest = { ...before, meta: { profile: [`${MESSAGING}-provenance`] } };
  latest.agent = [{ who: { reference: `Organization/${to.id}` } }];
  const revision = [{ role: "revision", what: { reference: `MessageHeader/${header.id}` } }];
  const units = [from, to].map((each) => ({ ...each, meta: { profile: [`${MESSAGING}-organization`] } }));
  const all = [own, ...units, latest, provenance(randomUUID(), own.id, "acknowledgement", from, revision)];
  return {
    resourceType: "Bundle",
    id: randomUUID(),
    meta: { profile: [ACKNOWLEDGEMENT] },
    type: "message",
    timestamp: sent,
    entry: all.map((resource) => ({ fullUrl: `${BASE}/${resource.resourceType}/${resource.id}`, resource })),
  };
}

function look() {
  for (const name of readdirSync(calls).filter((each) => each.endsWith(".json")).sort()) {
    const call = JSON.parse(readFileSync(join(calls, name), "utf-8"));
    unlinkSync(join(calls, name));
    let answer;
    try {
      answer = methods[call.call](call);
    } catch (error) {
      answer = { error: String(error) };
    }
    writeFileSync(join(answers, `${name}.part`), JSON.stringify(answer));
    renameSync(join(answers, `${name}.part`), join(answers, name));
  }
  if (!existsSync(join(folder, "stop"))) setTimeout(look, 5);
}

for (const each of [calls, answers]) mkdirSync(each, { recursive: true });
look();
