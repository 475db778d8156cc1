#pragma once

#include "core/base/clock.h"
#include "server/http/message.h"

#include <QObject>

namespace entvas {

class HistoryReader;

// GET /events: stored events, newest first, page by page. Lives in the server's thread; the reader does the waiting.
class History : public QObject
{
    Q_OBJECT
public:
    History(HistoryReader *reader, const Clock *clock, QObject *parent = nullptr);
    void get(const QString &project, const HttpRequest &request, const HttpResponder &responder);

private:
    HistoryReader *m_reader;
    const Clock *m_clock;
};

} // namespace entvas
