using EServices.Contracts;
using EServices.Contracts.Dispatch;
using EServices.Contracts.Identity;
using EServices.Notification.Messages;
using EServices.Notification.Tests.Hosting;
using EServices.Platform.Messaging;

namespace EServices.Notification.Tests.Telling;

public sealed class TellingTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Starts = new(2026, 3, 3, 4, 30, 0, TimeSpan.Zero);
    private static readonly Localised Domicile = Localised.English("Domicile certificate");

    private readonly NotificationHost host = new();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("en", "Bilal Ahmad will visit you on Tuesday, 3 March 2026, 10:00 am to 12:00 noon. You will pay ₹1,00,070.00 in all and no more. To change the visit call 1447.")]
    [InlineData("hi", "Bilal Ahmad मंगलवार, 3 मार्च 2026 को सुबह 10:00 से दोपहर 12:00 के बीच आपके घर आएँगे। आपको कुल ₹1,00,070.00 देने होंगे, इससे अधिक नहीं। समय बदलने के लिए 1447 पर कॉल करें।")]
    [InlineData("ur", "⁨Bilal Ahmad⁩ ⁨منگل، 3 مارچ 2026⁩ کو ⁨صبح 10:00 سے دوپہر 12:00⁩ کے درمیان آپ کے گھر آئیں گے۔ آپ کو کل ⁨₹1,00,070.00⁩ دینے ہوں گے، اس سے زیادہ نہیں۔ وقت بدلنے کے لیے ⁨1447⁩ پر کال کریں۔")]
    [InlineData("fr", "Bilal Ahmad will visit you on Tuesday, 3 March 2026, 10:00 am to 12:00 noon. You will pay ₹1,00,070.00 in all and no more. To change the visit call 1447.")]
    [InlineData("ur-IN", "⁨Bilal Ahmad⁩ ⁨منگل، 3 مارچ 2026⁩ کو ⁨صبح 10:00 سے دوپہر 12:00⁩ کے درمیان آپ کے گھر آئیں گے۔ آپ کو کل ⁨₹1,00,070.00⁩ دینے ہوں گے، اس سے زیادہ نہیں۔ وقت بدلنے کے لیے ⁨1447⁩ پر کال کریں۔")]
    public async Task VisitScheduled_TellsTheExactTotal_DayAndHours_InTheCitizensLanguage(string language, string text)
    {
        await host.DeliverAsync(Scheduled(NotificationHost.Citizen(language), 1_00_070_00));

        var message = await host.OnlyAsync(MessageState.Sent);
        Assert.Equal(text, message.Text);
        Assert.Equal("visit-scheduled", message.Template);
        Assert.Equal(("₹1,00,070.00", "10007000"), (message.Parameters["total"], message.Parameters["totalPaise"]));
    }

    [Fact]
    public async Task Call_ThatWasAnswered_IsNotWrittenAbout()
    {
        await host.DeliverAsync(new CallReceived("cal_1", "+919906000001", "en", Answered: true, host.Clock.GetUtcNow()));

        Assert.Empty(await host.AllAsync());
    }

    [Fact]
    public async Task Call_FromALandline_IsNotWrittenTo()
    {
        await host.DeliverAsync(new CallReceived("cal_1", "01942450000", "en", Answered: false, host.Clock.GetUtcNow()));

        Assert.Empty(await host.AllAsync());
    }

    [Fact]
    public async Task Template_ThatNoPackHas_GoesToTheErrorQueue()
    {
        var fact = new OneTimeCodeIssued("+919906000001", "en", "otp-unknown", "123456", new Dictionary<string, string>(), host.Clock.GetUtcNow().AddMinutes(10));

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.DeliverAsync(fact));
        Assert.Empty(await host.AllAsync());
    }

    [Fact]
    public async Task Event_ThatComesLate_StandsWhereItHappened_AndIsNotSentAfterTheNewer()
    {
        // The broker brings the first plan after the second.
        var late = new Delivery("evt_first", host.Clock.GetUtcNow());
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        await host.DeliverAsync(new VisitRescheduled("vis_1", Domicile, NotificationHost.Citizen("en"), "op_1", "Bilal Ahmad", Starts.AddDays(1), Starts.AddDays(1).AddHours(2), 7_000), "evt_second");
        await host.OnlyAsync(MessageState.Sent);

        await host.DeliverLateAsync(Scheduled(NotificationHost.Citizen("en"), 7_000), late);

        IReadOnlyList<Message> all = [];
        await Testing.Eventually.HoldsAsync(async () => (all = await host.AllAsync()).All(message => message.State != MessageState.Queued), () => "still queued");
        Assert.Equal([("visit-rescheduled", MessageState.Sent), ("visit-scheduled", MessageState.Superseded)], all.Select(message => (message.Template, message.State)));
    }

    [Fact]
    public async Task LatestWord_OnOneVisit_DoesNotSilenceAnother()
    {
        await host.DeliverAsync(Scheduled(NotificationHost.Citizen("en"), 7_000, "vis_1"));
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.DeliverAsync(Scheduled(NotificationHost.Citizen("en"), 7_000, "vis_2"));

        IReadOnlyList<Message> all = [];
        await Testing.Eventually.HoldsAsync(async () => (all = await host.AllAsync()).Count(message => message.State == MessageState.Sent) == 2, () => string.Join(", ", all.Select(message => message.State)));
    }

    private static VisitScheduled Scheduled(Person citizen, long totalPaise, string visitId = "vis_1") => new(
        visitId, "cal_1", "domicile", Domicile, citizen, "5", "op_1", "Bilal Ahmad", Starts, Starts.AddHours(2), "qot_1", totalPaise);
}
