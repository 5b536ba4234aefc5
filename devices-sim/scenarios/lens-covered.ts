import { cameraSays } from './camera-says.ts'

export const lensCovered = cameraSays('lens-covered', 'lens-covered', 'high', 'entrance', {
  zh: '摄像机镜头被遮挡，随后移开',
  en: 'Something covers the lens of a camera, and is taken away'
})
