/**
 * Every HTTP call, once: the API mounts a handler for each of these ids, and the OpenAPI document is made from them.
 * A new call is a line here; the compiler then asks for its handler.
 */
import Joi from 'joi'
import type { Alarm } from './alarm.ts'
import type { IssuedCommand } from './command.ts'
import type { ConnectionSpell } from './connection.ts'
import type { Permission } from './http/access.ts'
import { login, madeToken, me, newToken, tokenView } from './http/access.ts'
import type { TokenView } from './http/access.ts'
import { alarm, alarmQuery, alarmWithTimeline, closing, noted, noting, shelving } from './http/alarms.ts'
import { command, issuedCommand, newCommand, ofBuilding, restoredDoors } from './http/commands.ts'
import { API_BASE, compoundId, deviceId, line, pageOf, paging } from './http/common.ts'
import type { Paging } from './http/common.ts'
import {
  connectionSpell, connectionsQuery, deviceQuery, deviceToken, deviceView, enrolledDevice, eventView, eventsQuery, importLine, newDevice, readings, readingsQuery
} from './http/devices.ts'
import type { DeviceView, EventView } from './http/devices.ts'
import { flowGrants, flowRights } from './http/flow-rights.ts'
import { compoundView, newCompound, site } from './http/places.ts'
import type { CompoundView } from './http/places.ts'
import {
  flows, flowsState, flowsVersion, flowsVersionDetail, ofShipped, ofVersion, shippedFlow
} from './http/flows.ts'
import type { FlowsVersion, ShippedFlow } from './http/flows.ts'
import { quarantineQuery, quarantineView } from './http/quarantine.ts'
import type { QuarantineView } from './http/quarantine.ts'
import { rulesView } from './http/rules.ts'
import type { Bilingual, CompoundId, DeviceId } from './names.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
export type Tag = 'access' | 'places' | 'devices' | 'commands' | 'alarms' | 'flows' | 'contract' | 'machine'
export const NDJSON = 'application/x-ndjson'

export interface Success<Answer> {
  readonly status: 200 | 201 | 202 | 204
  /** Null: no body. */
  readonly body: Joi.Schema<Answer> | null
  /** `application/json` where nothing else is said. With NDJSON, `body` is what a line holds. */
  readonly type?: string
}

export interface Route<Params, Query, Body, Answer> {
  readonly method: Method
  readonly path: string
  readonly tag: Tag
  readonly summary: Bilingual
  readonly permission: Permission
  readonly params: Joi.Schema<Params> | null
  readonly query: Joi.Schema<Query> | null
  readonly body: Joi.Schema<Body> | null
  /** `application/json` where nothing else is said. With NDJSON, `body` is what a line holds, and the handler reads the stream itself. */
  readonly bodyType?: string
  readonly success: Success<Answer>
  /** Statuses of the problem documents that it can answer with, beside 401 and 403 (not for `anyone`), 429 and 500. */
  readonly problems: readonly number[]
}

interface Draft<Params, Query, Body, Answer> {
  readonly tag: Tag
  readonly summary: Bilingual
  readonly permission?: Permission
  readonly params?: Joi.Schema<Params>
  readonly query?: Joi.Schema<Query>
  readonly body?: Joi.Schema<Body>
  readonly bodyType?: string
  readonly success: Success<Answer>
  readonly problems?: readonly number[]
}

function route<Params = null, Query = null, Body = null, Answer = null>(
  method: Method, path: string, draft: Draft<Params, Query, Body, Answer>
): Route<Params, Query, Body, Answer> {
  const { permission = 'read', params = null, query = null, body = null, problems = [], ...rest } = draft
  const checked = params !== null || query !== null || body !== null
  return { method, path, permission, params, query, body, ...rest, problems: checked ? [400, ...problems] : problems }
}

const ofCompound = Joi.object<{ id: CompoundId }, true>({ id: compoundId().required() })
const ofDevice = Joi.object<{ id: DeviceId }, true>({ id: deviceId().required() })
const ofId = Joi.object<{ id: string }, true>({ id: line(64).required() })
const pages = Joi.object<Paging, true>(paging)
const anyObject = Joi.object<Record<string, unknown>>().unknown()
const health = Joi.object<{ status: string }>({ status: Joi.string().required() }).unknown()
const text = Joi.string()

const act = <Body>(
  name: string, zh: string, en: string, body: Joi.Schema<Body>, permission: Permission = 'respond'
): Route<{ id: string }, null, Body, Alarm> =>
  route('POST', `${API_BASE}/alarms/{id}/${name}`, {
    tag: 'alarms', summary: { zh, en }, permission, params: ofId, body, success: { status: 200, body: alarm }, problems: [404, 409]
  })

export const ROUTES = {
  'session.open': route('POST', `${API_BASE}/session`, {
    tag: 'access', summary: { zh: '登录', en: 'Log in; sets the session cookie' }, permission: 'anyone', body: login,
    success: { status: 204, body: null }, problems: [401]
  }),
  'session.close': route('DELETE', `${API_BASE}/session`, {
    tag: 'access', summary: { zh: '退出登录', en: 'Log out' }, permission: 'anyone', success: { status: 204, body: null }
  }),
  'session.show': route('GET', `${API_BASE}/session`, {
    tag: 'access', summary: { zh: '当前用户', en: 'Who is asking' }, success: { status: 200, body: me }
  }),
  'tokens.list': route('GET', `${API_BASE}/tokens`, {
    tag: 'access', summary: { zh: '接口令牌列表', en: 'API tokens' }, permission: 'administer', query: pages,
    success: { status: 200, body: pageOf<TokenView>(tokenView) }
  }),
  'tokens.create': route('POST', `${API_BASE}/tokens`, {
    tag: 'access', summary: { zh: '新建接口令牌（只显示一次）', en: 'Make an API token; shown once' }, permission: 'administer', body: newToken,
    success: { status: 201, body: madeToken }, problems: [409]
  }),
  'tokens.remove': route('DELETE', `${API_BASE}/tokens/{id}`, {
    tag: 'access', summary: { zh: '删除接口令牌', en: 'Remove an API token' }, permission: 'administer', params: ofId,
    success: { status: 204, body: null }, problems: [404]
  }),
  'flows.rights': route('GET', `${API_BASE}/flows/rights`, {
    tag: 'access', summary: { zh: '自动化流程的生命安全权限', en: 'What of life safety flows may do' }, permission: 'administer',
    success: { status: 200, body: flowRights }
  }),
  'flows.grant': route('PUT', `${API_BASE}/flows/rights`, {
    tag: 'access', summary: { zh: '授予或收回自动化流程的生命安全权限', en: 'Give flows rights of life safety, or take them back' }, permission: 'administer', body: flowGrants,
    success: { status: 200, body: flowRights }
  }),
  'flows.token': route('POST', `${API_BASE}/flows/token`, {
    tag: 'access', summary: { zh: '为别处运行的 Node-RED 换发令牌（只显示一次；FLOWS=off 时）', en: 'A new token for a Node-RED that runs elsewhere; shown once, with FLOWS=off only' }, permission: 'administer',
    success: { status: 201, body: madeToken }, problems: [409]
  }),
  'flows.state': route('GET', `${API_BASE}/flows`, {
    tag: 'flows', summary: { zh: '自动化流程的运行状态', en: 'How flows stand' }, permission: 'administer', success: { status: 200, body: flowsState }
  }),
  'flows.restart': route('POST', `${API_BASE}/flows/restart`, {
    tag: 'flows', summary: { zh: '重新启动流程；也用于退出安全模式', en: 'Start flows anew; leaves safe mode' }, permission: 'administer',
    success: { status: 204, body: null }, problems: [503]
  }),
  'flows.versions': route('GET', `${API_BASE}/flows/versions`, {
    tag: 'flows', summary: { zh: '部署过的版本（新的在前，最多 50 个）', en: 'What was deployed, newest first, the last 50' }, permission: 'administer',
    success: { status: 200, body: pageOf<FlowsVersion>(flowsVersion) }, problems: [503]
  }),
  'flows.version': route('GET', `${API_BASE}/flows/versions/{number}`, {
    tag: 'flows', summary: { zh: '一个版本与前一版本、与现状的差异', en: 'One version: how it differs from the one before and from now' }, permission: 'administer',
    params: ofVersion, success: { status: 200, body: flowsVersionDetail }, problems: [404, 503]
  }),
  'flows.restore': route('POST', `${API_BASE}/flows/versions/{number}/restore`, {
    tag: 'flows', summary: { zh: '恢复一个版本（成为新版本）', en: 'Restore a version; that makes a new one' }, permission: 'administer',
    params: ofVersion, success: { status: 204, body: null }, problems: [404, 503]
  }),
  'flows.export': route('GET', `${API_BASE}/flows/export`, {
    tag: 'flows', summary: { zh: '导出全部流程', en: 'All flows' }, permission: 'administer', success: { status: 200, body: flows }, problems: [503]
  }),
  'flows.import': route('POST', `${API_BASE}/flows/import`, {
    tag: 'flows', summary: { zh: '导入全部流程（替换现有的，成为新版本）', en: 'Replace all flows; that makes a new version' }, permission: 'administer', body: flows,
    success: { status: 204, body: null }, problems: [503]
  }),
  'flows.shipped': route('GET', `${API_BASE}/flows/shipped`, {
    tag: 'flows', summary: { zh: '随平台提供的流程与现状的比较', en: 'The shipped flows beside what is there of them' }, permission: 'administer',
    success: { status: 200, body: pageOf<ShippedFlow>(shippedFlow) }, problems: [503]
  }),
  'flows.reset': route('POST', `${API_BASE}/flows/shipped/{id}/reset`, {
    tag: 'flows', summary: { zh: '把一个流程还原为随平台提供的样子', en: 'Put one back to how it is shipped' }, permission: 'administer',
    params: ofShipped, success: { status: 204, body: null }, problems: [404, 503]
  }),
  'site.show': route('GET', `${API_BASE}/site`, {
    tag: 'places', summary: { zh: '平台信息与 MQTT 地址', en: 'The site and where its MQTT is' }, success: { status: 200, body: site }
  }),
  'compounds.list': route('GET', `${API_BASE}/compounds`, {
    tag: 'places', summary: { zh: '小区列表', en: 'Compounds' }, query: pages,
    success: { status: 200, body: pageOf<CompoundView>(compoundView) }
  }),
  'compounds.create': route('POST', `${API_BASE}/compounds`, {
    tag: 'places', summary: { zh: '新建小区', en: 'Add a compound' }, permission: 'administer', body: newCompound,
    success: { status: 201, body: compoundView }, problems: [409]
  }),
  'compounds.show': route('GET', `${API_BASE}/compounds/{id}`, {
    tag: 'places', summary: { zh: '小区详情', en: 'One compound' }, params: ofCompound, success: { status: 200, body: compoundView }, problems: [404]
  }),
  'devices.list': route('GET', `${API_BASE}/devices`, {
    tag: 'devices', summary: { zh: '设备列表', en: 'Devices' }, query: deviceQuery,
    success: { status: 200, body: pageOf<DeviceView>(deviceView) }
  }),
  'devices.create': route('POST', `${API_BASE}/devices`, {
    tag: 'devices', summary: { zh: '登记设备（令牌只显示一次）', en: 'Enrol a device; its token is shown once' }, permission: 'administer', body: newDevice,
    success: { status: 201, body: enrolledDevice }, problems: [409]
  }),
  'devices.import': route('POST', `${API_BASE}/devices/import`, {
    tag: 'devices', summary: { zh: '批量登记（每行一台）', en: 'Enrol many; one device a line' }, permission: 'administer', body: newDevice, bodyType: NDJSON,
    success: { status: 200, body: importLine, type: NDJSON }, problems: [413, 415]
  }),
  'devices.show': route('GET', `${API_BASE}/devices/{id}`, {
    tag: 'devices', summary: { zh: '设备详情', en: 'One device' }, params: ofDevice, success: { status: 200, body: deviceView }, problems: [404]
  }),
  'devices.remove': route('DELETE', `${API_BASE}/devices/{id}`, {
    tag: 'devices', summary: { zh: '移除设备', en: 'Remove a device' }, permission: 'administer', params: ofDevice,
    success: { status: 204, body: null }, problems: [404, 409]
  }),
  'devices.token': route('POST', `${API_BASE}/devices/{id}/token`, {
    tag: 'devices', summary: { zh: '更换设备令牌', en: 'A new token; the old one stops working' }, permission: 'administer', params: ofDevice,
    success: { status: 201, body: deviceToken }, problems: [404]
  }),
  'devices.readings': route('GET', `${API_BASE}/devices/{id}/readings`, {
    tag: 'devices', summary: { zh: '测量值曲线', en: 'Measured values over time' }, params: ofDevice, query: readingsQuery,
    success: { status: 200, body: readings }, problems: [404]
  }),
  'devices.events': route('GET', `${API_BASE}/devices/{id}/events`, {
    tag: 'devices', summary: { zh: '事件记录（新的在前）', en: 'Events, newest first' }, params: ofDevice, query: eventsQuery,
    success: { status: 200, body: pageOf<EventView>(eventView) }, problems: [404]
  }),
  'devices.connections': route('GET', `${API_BASE}/devices/{id}/connections`, {
    tag: 'devices', summary: { zh: '连接历史：何时在线、何时离线、原因（新的在前）', en: 'When it was online and when not, and why; newest first' }, params: ofDevice,
    query: connectionsQuery, success: { status: 200, body: pageOf<ConnectionSpell>(connectionSpell) }, problems: [404]
  }),
  'devices.command': route('POST', `${API_BASE}/devices/{id}/commands`, {
    tag: 'commands', summary: { zh: '向设备下发命令', en: 'Have a device do something' }, permission: 'command', params: ofDevice, body: newCommand,
    success: { status: 202, body: issuedCommand }, problems: [404, 409]
  }),
  'devices.commands': route('GET', `${API_BASE}/devices/{id}/commands`, {
    tag: 'commands', summary: { zh: '设备的命令记录（新的在前）', en: 'What a device was told to do, newest first' }, params: ofDevice, query: pages,
    success: { status: 200, body: pageOf<IssuedCommand>(command) }, problems: [404]
  }),
  'commands.show': route('GET', `${API_BASE}/commands/{id}`, {
    tag: 'commands', summary: { zh: '命令的状态与各步时间', en: 'How far a command is, with times' }, params: ofId,
    success: { status: 200, body: command }, problems: [404]
  }),
  'buildings.restore': route('POST', `${API_BASE}/compounds/{id}/buildings/{building}/restore`, {
    tag: 'commands', summary: { zh: '恢复楼内已释放的门', en: 'Restore the doors of a building that are released' }, permission: 'command', params: ofBuilding,
    success: { status: 200, body: restoredDoors }, problems: [404, 409]
  }),
  'alarms.list': route('GET', `${API_BASE}/alarms`, {
    tag: 'alarms', summary: { zh: '报警列表（新的在前）', en: 'Alarms, newest first' }, query: alarmQuery,
    success: { status: 200, body: pageOf<Alarm>(alarm) }
  }),
  'alarms.show': route('GET', `${API_BASE}/alarms/{id}`, {
    tag: 'alarms', summary: { zh: '报警详情与经过', en: 'One alarm with its timeline' }, params: ofId,
    success: { status: 200, body: alarmWithTimeline }, problems: [404]
  }),
  'alarms.acknowledge': act('acknowledge', '确认收到报警', 'Acknowledge', noted),
  'alarms.shelve': act('shelve', '搁置报警', 'Shelve for some minutes', shelving, 'command'),
  'alarms.unshelve': act('unshelve', '取消搁置', 'End the shelving', noted, 'command'),
  'alarms.confirm': act('confirm', '确认火情', 'Confirm that it is a fire', noted, 'command'),
  'alarms.reset': act('reset', '复位', 'Reset a latched alarm that has cleared', noted, 'command'),
  'alarms.close': act('close', '关闭报警并注明原因', 'Close, with what it was', closing),
  'alarms.note': act('note', '给未关闭的报警加备注（合同第 1 版之外的补充）', 'Add a note to an open alarm’s timeline (an addition beyond version 1 of the contract)', noting),
  'quarantine.list': route('GET', `${API_BASE}/quarantine`, {
    tag: 'devices', summary: { zh: '隔离区：被拒收的消息与原因', en: 'What was refused, and why' }, permission: 'investigate', query: quarantineQuery,
    success: { status: 200, body: pageOf<QuarantineView>(quarantineView) }
  }),
  'rules.list': route('GET', `${API_BASE}/rules`, {
    tag: 'alarms', summary: { zh: '规则及其当前数值', en: 'The rules and the numbers that they judge by now' }, success: { status: 200, body: rulesView }
  }),
  'contract.openapi': route('GET', `${API_BASE}/openapi.json`, {
    tag: 'contract', summary: { zh: '本接口的 OpenAPI 文档', en: 'This document' }, permission: 'anyone', success: { status: 200, body: anyObject }
  }),
  'contract.asyncapi': route('GET', `${API_BASE}/asyncapi.json`, {
    tag: 'contract', summary: { zh: 'MQTT 的 AsyncAPI 文档', en: 'The MQTT side, as AsyncAPI' }, permission: 'anyone', success: { status: 200, body: anyObject }
  }),
  'machine.alive': route('GET', '/healthz', {
    tag: 'machine', summary: { zh: '进程存活', en: 'Alive' }, permission: 'anyone', success: { status: 200, body: health }
  }),
  'machine.ready': route('GET', '/readyz', {
    tag: 'machine', summary: { zh: '可以提供服务', en: 'Ready to serve' }, permission: 'anyone', success: { status: 200, body: health }, problems: [503]
  }),
  'machine.metrics': route('GET', '/metrics', {
    tag: 'machine', summary: { zh: 'Prometheus 指标', en: 'Prometheus metrics' }, permission: 'anyone',
    success: { status: 200, body: text, type: 'text/plain; version=0.0.4; charset=utf-8' }
  })
}

export type RouteId = keyof typeof ROUTES
type Typed<Id extends RouteId> = (typeof ROUTES)[Id] extends Route<infer Params, infer Query, infer Body, infer Answer>
  ? { params: Params; query: Query; body: Body; answer: Answer } : never
/** What a handler gets, checked: `params`, `query` and `body` of the route, null where it has none. */
export type RequestOf<Id extends RouteId> = Omit<Typed<Id>, 'answer'>
/** What a handler answers; null where there is no body. */
export type AnswerOf<Id extends RouteId> = Typed<Id>['answer']
