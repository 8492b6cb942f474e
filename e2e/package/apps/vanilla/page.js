import { mount } from './standalone.js'

const host = document.getElementById('upload')
const shadow = new URLSearchParams(location.search).has('shadow')
const target = shadow ? host.attachShadow({ mode: 'open' }).appendChild(document.createElement('div')) : host
window.widget = mount(target, { repository: 'demo', branch: 'main', prefix: 'vanilla/' })
