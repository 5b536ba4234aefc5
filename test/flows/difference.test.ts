import { expect } from 'chai'
import { differ } from '../../flows/difference.ts'
import type { FlowNode } from '../../protocol/http/flows.ts'

const TAB: FlowNode = { id: 't', type: 'tab', label: '夜间' }
const A: FlowNode = { id: 'a', type: 'inject', z: 't', name: '每晚', x: 1, y: 1, wires: [['b']] }
const B: FlowNode = { id: 'b', type: 'debug', z: 't', name: '', x: 2, y: 2, wires: [] }

describe('the difference between flows', () => {
  it('names what came, what went and what is another, with the tab that it is on', () => {
    const { added, changed, removed, moved } = differ([TAB, A], [TAB, { ...B, id: 'c' }, { ...A, wires: [['c']] }])
    expect(added).to.deep.equal([{ id: 'c', type: 'debug', name: '', flow: '夜间' }])
    expect(changed).to.deep.equal([{ id: 'a', type: 'inject', name: '每晚', flow: '夜间' }])
    expect([removed, moved]).to.deep.equal([[], 0])
    expect(differ([TAB, A, B], [TAB, A]).removed).to.deep.equal([{ id: 'b', type: 'debug', name: '', flow: '夜间' }])
  })

  it('counts what only lies elsewhere, and does not call that a change', () => {
    expect(differ([TAB, A, B], [TAB, { ...A, x: 500 }, { ...B, y: 500 }])).to.deep.equal({ added: [], changed: [], removed: [], moved: 2 })
  })

  it('takes no notice of the order of nodes', () => {
    expect(differ([TAB, A, B], [B, TAB, A])).to.deep.equal({ added: [], changed: [], removed: [], moved: 0 })
  })
})
