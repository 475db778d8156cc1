#pragma once

#include <QPointer>
#include <QTimer>
#include <QWidget>

namespace entvas {

// A page that can be read from afar: in a large room it is laid out as in kUsual and drawn as many times larger, its
// type with it; clicks reach it, hovering does not. Otherwise it is the page itself. Lives in the UI thread; owns the
// page.
class ScaledPage : public QWidget
{
    Q_OBJECT
public:
    static constexpr QSize kUsual{1280, 800};
    static constexpr int kTickMs = 250; // between two drawings of a large page

    explicit ScaledPage(QWidget *page, QWidget *parent = nullptr);
    void setLarge(bool large);
    double factor() const { return m_factor; } // 1 or more
    void markChanged() { m_isChanged = true; } // what is shown: drawn within kTickMs
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    void place();

    QPointer<QWidget> m_page;
    QWidget *m_picture;
    QTimer m_tick;
    double m_factor = 1;
    bool m_isLarge = false;
    bool m_isChanged = false;
};

} // namespace entvas
