#pragma once

#include "core/model/adminacts.h"
#include "core/store/events/storereader.h"

#include <QTimer>

namespace entvas {

class ApiKeys;
class StoreWriter;

// Projects, keys and members as the database has them, looked up every kLookMs: what is done on another server of the
// same database, or by a command, holds here soon after. On a connection of its own, so that no export and no warm-up
// is in the way; while that connection fails or hangs, the writer's is asked. When neither answers, the last directory
// holds: the database does not answer then, nothing is stored, and nothing can have been revoked.
// What is done here goes through the writer, and holds at once. Lives in the server's thread.
class DirectoryWatch : public QObject
{
    Q_OBJECT
public:
    static constexpr int kLookMs = 2'000;
    static constexpr int kLooksPerUse = 5; // key uses are written every fifth look …
    static constexpr int kMaxUses = 500;   // … at most so many at once, the others later

    // The writer and the keys must outlive it.
    DirectoryWatch(StoreReader::StoreFactory factory, StoreWriter *writer, ApiKeys *keys, QObject *parent = nullptr);

    // From now on it looks by itself; `first` is what the start has read.
    void start(const Directory &first);
    void stop();
    const Directory &current() const { return m_current; }
    bool has(const QString &project) const;
    StoreWriter *writer() const { return m_writer; }

    // Does it, lets it hold here, then answers. False: no database answers, or too many acts wait.
    using Answer = std::function<void(const Result<AdminResult> &)>;
    [[nodiscard]] bool act(const AdminCommand &command, const Actor &actor, const Answer &answer);

Q_SIGNALS:
    void changed(const entvas::Directory &directory); // after each look; the keys have it already

private:
    void look();
    void writeUses();
    void take(quint64 asked, const Result<Directory> &found);
    void hold(const Directory &directory);

    StoreWriter *m_writer;
    ApiKeys *m_keys;
    StoreReader m_reader;
    QTimer m_timer;
    Directory m_current;
    quint64 m_asked = 0; // questions are numbered …
    quint64 m_taken = 0; // … and an answer to an earlier one than this is of the past
    bool m_isLooking = false;
    bool m_hasFailed = false;
    bool m_isAskingWriter = false;
    int m_looks = 0;
};

} // namespace entvas
