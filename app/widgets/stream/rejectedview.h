#pragma once

#include "app/widgets/stream/rejectedmodel.h"

#include <optional>
#include <QElapsedTimer>
#include <QFrame>
#include <QTimer>
#include <QUrl>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QTreeView;

namespace entvas {

class Board;
class RejectedPages;
class RejectedPane;
class Theme;
struct EventPagesOptions;

// The last events that were rejected, and for the chosen one what is wrong and how it is put right. Asks the server
// when the board counts another one, at most once a second, and only while it can be seen. Lives in the UI thread.
// More than 25 functions: eight only give out a part or a text, four are events of Qt's.
class RejectedView : public QFrame
{
    Q_OBJECT
public:
    static constexpr int kLeastGapMs = 1'000;
    static constexpr int kSlowMs = 10'000; // without a change: requests that hold no event are not counted as events

    RejectedView(Board &board, const Theme &theme, QWidget *parent = nullptr);

    // Where they come from; nothing = nowhere. The project is the board's where the options name none.
    void setServer(const std::optional<EventPagesOptions> &options);
    void setToken(const QString &token); // a fresh one for the same server
    // What the commands to copy say: the address and a key for senders, or words that stand for one.
    void setWebhook(const QUrl &webhook, const QString &key);
    void refresh(); // asks now, or as soon as it may

    RejectedModel *model() { return &m_model; }
    QTreeView *list() const { return m_list; }
    RejectedPane *pane() const { return m_pane; }
    QPushButton *retryButton() const { return m_retry; }
    QString note() const;        // how many there are
    QString headline() const;    // of what is shown in place of the list; empty while that is shown
    QString explanation() const; // below the headline
    QString curlLine() const;    // that is rejected when it is sent

Q_SIGNALS:
    void escaped(); // one step back is wanted

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    QHBoxLayout *makeHead();
    QWidget *makeMessage();
    void setUpList();
    void followProject();
    bool canAsk() const;
    void schedule();
    void ask();
    void onArrived(const RejectedAnswer &answer);
    void onFailed(const QString &reason);
    void onCurrent(const QModelIndex &index);
    void draw();

    Board &m_board;
    RejectedModel m_model;
    RejectedPages *m_pages = nullptr;
    bool m_isOwnProject = false; // the options named it
    qint64 m_counted = -1;       // rejected events on the board when it was asked last
    QElapsedTimer m_sinceAsk;
    QTimer m_next;
    QTimer m_slow;
    bool m_hasAnswer = false;
    qint64 m_total = 0;
    qint64 m_sinceMs = 0;
    QString m_failure;

    QLabel *m_note, *m_headline, *m_explanation;
    QStackedWidget *m_stack;
    QSplitter *m_split;
    QTreeView *m_list;
    RejectedPane *m_pane;
    QWidget *m_try;
    QLineEdit *m_curl;
    QPushButton *m_copy, *m_retry;
};

} // namespace entvas
