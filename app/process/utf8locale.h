#pragma once

namespace entvas {

// Sees to it that characters are encoded as UTF-8, also where cron, a container or a chroot sets no locale: Qt depends
// on it, and says so in plain lines on standard error otherwise. Language and formats of the environment stay. To be
// called first in main(), before the application object and any thread.
void ensureUtf8Locale();

} // namespace entvas
