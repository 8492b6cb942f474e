"""A WebKitGTK window that a test drives over the web inspector. It answers what a person would be asked: `choose.json`
in the profile names the files to choose; a file `stay` keeps the page when it asks before it is left."""

import json
import os
import sys

import gi

gi.require_version('Gtk', '3.0')
gi.require_version('WebKit2', '4.1')
from gi.repository import GLib, Gtk, WebKit2  # noqa: E402

profile, width, height, start = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
manager = WebKit2.WebsiteDataManager(base_data_directory=profile, base_cache_directory=profile + '/cache')
context = WebKit2.WebContext(website_data_manager=manager)
settings = WebKit2.Settings(enable_developer_extras=True, enable_write_console_messages_to_stdout=False)
# No graphics card is behind the screen: drawing by emulated GL takes threads of its own, and more time.
settings.set_hardware_acceleration_policy(WebKit2.HardwareAccelerationPolicy.NEVER)
view = WebKit2.WebView(web_context=context, settings=settings)


def choose(_view, request):
    with open(profile + '/choose.json') as file:
        request.select_files(json.load(file))
    return True


def dialog(_view, asked):
    if asked.get_dialog_type() != WebKit2.ScriptDialogType.BEFORE_UNLOAD_CONFIRM:
        return False
    open(profile + '/asked', 'a').write('1')
    asked.confirm_set_confirmed(not os.path.exists(profile + '/stay'))
    return True


opening = {'done': False, 'failed': False}


def loaded(_view, event):
    if event != WebKit2.LoadEvent.FINISHED or opening['done']:
        return
    if opening['failed']:
        # What stands there now has none of the start's headers: the next page would change processes.
        opening['failed'] = False
        GLib.timeout_add(200, view.load_uri, start)
        return
    opening['done'] = True
    print('loaded', flush=True)


def failed(_view, _event, _uri, _error):
    opening['failed'] = True
    return False


view.connect('load-changed', loaded)
view.connect('load-failed', failed)
view.connect('run-file-chooser', choose)
view.connect('script-dialog', dialog)
window = Gtk.Window()
window.set_default_size(width, height)
window.add(view)
window.connect('destroy', Gtk.main_quit)
window.show_all()
view.load_uri(start)
Gtk.main()
