#pragma once

#include <functional>
#include <QObject>

class QWidget;

namespace entvas {

class Banner;

// What a window says to a person: in a box that is closed, or in a banner that stays until its button was clicked.
// The taker of the banners owns them. Lives in the UI thread.
class Notices : public QObject
{
    Q_OBJECT
public:
    explicit Notices(QWidget *window);
    Banner *noticeBanner() const { return m_notice; }
    Banner *crashBanner() const { return m_crash; } // stays whatever is shown

    void showBox(const QString &headline, const QString &text);
    // The button also does `call`. A later notice takes the place of an earlier one.
    void showNotice(const QString &headline, const QString &text, const QString &button,
                    std::function<void()> call = {});
    void showNotice(const QString &headline, const QString &text); // only to be acknowledged
    void dropNotice();
    void showMemoryOnly();                 // a login is forgotten at the next start
    void showCrash(const QString &report); // that the program ended unexpectedly the last time; a file

private:
    QWidget *m_window;
    Banner *m_notice, *m_crash;
    std::function<void()> m_call;
};

} // namespace entvas
