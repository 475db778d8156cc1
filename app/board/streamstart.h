#pragma once

#include <memory>
#include <optional>
#include <QObject>

namespace entvas {

class Board;
class EventPages;
struct EventPagesOptions;

// The live stream of a board begins with the last events that its server has stored. Lives in the UI thread.
class StreamStart : public QObject
{
    Q_OBJECT
public:
    explicit StreamStart(Board &board, QObject *parent = nullptr);
    ~StreamStart() override;
    void setServer(const std::optional<EventPagesOptions> &server); // nothing = no server
    void setToken(const QString &token);                            // a fresh one for it

private:
    void ask();

    Board &m_board;
    std::unique_ptr<EventPages> m_pages; // until the stream has its beginning
    bool m_isAsked = false;              // of this connection
};

} // namespace entvas
