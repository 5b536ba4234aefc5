import type { KindDefinition } from './definition.ts'
import { CONFIGURE, TEMPERATURE, order, percent, yesNo } from './fields.ts'

/** A camera that judges its own picture. No faces and no number plates: it tells what happens, not who. */
export const CAMERA = {
  kind: 'camera',
  label: { zh: '摄像机', en: 'Camera' },
  interval: 30_000,
  telemetry: {
    fps: { type: 'number', unit: '1/s', min: 0, max: 240, label: { zh: '帧率', en: 'Frame rate' } },
    bitrate: { type: 'number', unit: 'kbit/s', min: 0, max: 1_000_000, label: { zh: '码率', en: 'Bit rate' } },
    storageFree: percent('剩余存储', 'Free storage'),
    temperature: TEMPERATURE,
    recording: yesNo('录像中', 'Recording'),
    videoLoss: yesNo('视频丢失', 'Video loss')
  },
  events: {
    'motion': { label: { zh: '移动', en: 'Motion' } },
    'line-crossing': { label: { zh: '越线', en: 'Line crossing' } },
    'intrusion': { label: { zh: '入侵', en: 'Intrusion' } },
    'video-loss': { label: { zh: '视频丢失', en: 'Video loss' } },
    'lens-covered': { label: { zh: '镜头遮挡', en: 'Lens covered' } },
    'scene-changed': { label: { zh: '场景变换', en: 'Scene changed' } },
    'ebike-in-lift': { label: { zh: '电动车进电梯', en: 'E-bike in lift' } },
    'fire-lane-blocked': { label: { zh: '消防通道堵塞', en: 'Fire lane blocked' } },
    'falling-object': { label: { zh: '高空抛物', en: 'Falling object' } },
    'flame': { label: { zh: '火焰', en: 'Flame' } },
    'smoke-seen': { label: { zh: '发现烟雾', en: 'Smoke seen' } }
  },
  eventFields: {
    phase: { type: 'enum', values: ['start', 'end', 'pulse'], label: { zh: '阶段', en: 'Phase' } },
    zone: { type: 'text', maxCharacters: 64, label: { zh: '区域', en: 'Zone' } },
    confidence: { type: 'number', unit: null, min: 0, max: 1, label: { zh: '置信度', en: 'Confidence' } },
    ref: { type: 'text', maxCharacters: 64, form: 'ref', label: { zh: '截图', en: 'Snapshot' } },
    id: { type: 'text', maxCharacters: 64, label: { zh: '编号', en: 'Id' } }
  },
  commands: {
    snapshot: order('截图', 'Snapshot'),
    reboot: order('重启', 'Reboot'),
    announce: {
      label: { zh: '广播', en: 'Announce' },
      args: { text: { type: 'text', maxCharacters: 200, label: { zh: '内容', en: 'Text' } } },
      closed: true
    },
    configure: CONFIGURE
  }
} as const satisfies KindDefinition
