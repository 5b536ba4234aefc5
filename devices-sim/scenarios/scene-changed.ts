import { cameraSays } from './camera-says.ts'

export const sceneChanged = cameraSays('scene-changed', 'scene-changed', 'medium', 'path', {
  zh: '摄像机被转动，随后复位',
  en: 'A camera is turned away, and turned back'
})
