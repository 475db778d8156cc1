#include "server/cluster/directorywatch.h"

#include "core/base/log.h"
#include "core/store/events/storewriter.h"
#include "server/access/apikeys.h"

#include <algorithm>
#include <tuple>

namespace entvas {

using namespace Qt::StringLiterals;

DirectoryWatch::DirectoryWatch(StoreReader::StoreFactory factory, StoreWriter *writer, ApiKeys *keys, QObject *parent)
    : QObject(parent), m_writer(writer), m_keys(keys), m_reader(std::move(factory))
{
    m_timer.setParent(this);
    m_timer.setInterval(kLookMs);
    connect(&m_timer, &QTimer::timeout, this, &DirectoryWatch::look);
}

void DirectoryWatch::start(const Directory &first)
{
    hold(first);
    m_timer.start();
}

void DirectoryWatch::stop()
{
    m_timer.stop();
}

bool DirectoryWatch::has(const QString &project) const
{
    return std::any_of(m_current.projects.cbegin(), m_current.projects.cend(),
                       [&](const Project &there) { return there.id == project; });
}

bool DirectoryWatch::act(const AdminCommand &command, const Actor &actor, const Answer &answer)
{
    return m_writer->ask<AdminResult>(
        this, [command, actor](EventStore &store) { return store.directory().act(command, actor); },
        [this, answer](const Result<AdminResult> &result) {
            if (result) {
                m_taken = ++m_asked; // what was asked before may not know of it
                hold(result->after);
            }
            answer(result);
        });
}

void DirectoryWatch::look()
{
    const auto read = [](EventStore &store) { return store.directory().read(); };
    if ((m_isLooking || m_hasFailed) && !m_isAskingWriter) {
        const bool taken =
            m_writer->ask<Directory>(this, read, [this, asked = m_asked + 1](const Result<Directory> &found) {
                m_isAskingWriter = false;
                take(asked, found);
            });
        m_isAskingWriter = taken;
        m_asked += taken;
    }
    if (!m_isLooking) {
        m_isLooking = m_reader.ask<Directory>(
            this, read,
            [this, asked = m_asked + 1](const Result<Directory> &found) {
                m_isLooking = false;
                if (m_hasFailed != !found)
                    log::warning("server", found ? u"keys are looked up again"_s : u"keys could not be looked up"_s,
                                 found ? QJsonObject() : QJsonObject{{u"reason"_s, found.failure().text}});
                m_hasFailed = !found;
                take(asked, found);
            },
            StoreReader::kAnswer);
        m_asked += m_isLooking;
    }
    if (++m_looks % kLooksPerUse == 0)
        writeUses();
}

void DirectoryWatch::writeUses()
{
    QList<KeyUse> uses = m_keys->takeUses(kMaxUses);
    if (uses.isEmpty())
        return;
    // Servers that write the same keys take them in the same order, and never wait for each other in a circle.
    std::sort(uses.begin(), uses.end(),
              [](const KeyUse &a, const KeyUse &b) { return std::tie(a.project, a.id) < std::tie(b.project, b.id); });
    const bool taken = m_writer->ask<bool>(
        this,
        [uses](EventStore &store) {
            const Result<void> noted = store.directory().noteUses(uses);
            return noted ? Result<bool>(true) : Result<bool>(noted.failure());
        },
        [](const Result<bool> &noted) {
            if (!noted)
                log::debug("server", u"uses of keys could not be recorded"_s, {{u"reason"_s, noted.failure().text}});
        });
    if (!taken)
        log::debug("server", u"uses of keys are not recorded: the database has other things to do"_s);
}

void DirectoryWatch::take(quint64 asked, const Result<Directory> &found)
{
    if (!found || asked < m_taken || !m_timer.isActive())
        return;
    m_taken = asked;
    hold(*found);
}

void DirectoryWatch::hold(const Directory &directory)
{
    m_current = directory;
    m_keys->setStored(directory.keys);
    Q_EMIT changed(m_current);
}

} // namespace entvas
