import { mount } from 'lakefs-uploader/standalone'

mount(document.getElementById('upload'), { repository: 'demo', branch: 'main', prefix: 'bundled/' })
