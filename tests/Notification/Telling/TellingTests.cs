using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Contracts.Dispatch;
using EServices.Contracts.Identity;
using EServices.Contracts.Payment;
using EServices.Notification.Messages;
using EServices.Notification.Tests.Hosting;
using EServices.Platform.Messaging;
using EServices.Platform.Packs;

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

    public static TheoryData<string> Templates => [.. MessageKeys.Parameters.Keys];

    /// <summary>Every event of which citizens hear, in every language of the pack: its own template, and everything that the template promises.</summary>
    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Event_BecomesItsMessage_InEveryLanguage(string template)
    {
        foreach (var language in new[] { "en", "hi", "ur" })
        {
            var mobile = language switch { "en" => "+919906000001", "hi" => "+919906000002", _ => "+919906000003" };
            await DeliverAsync(template, NotificationHost.Citizen(language, mobile), $"evt_{template}_{language}");
        }

        var messages = await host.AllAsync();
        Assert.Equal(["en", "hi", "ur"], messages.Select(message => message.Language).Order());
        Assert.All(messages, message => Assert.Equal(template, message.Template));
        foreach (var message in messages)
        {
            foreach (var expected in Expected(template, message.Language))
                Assert.Contains(expected, message.Text, StringComparison.Ordinal);
            Assert.NotEmpty(message.Subject);
        }
        Assert.Equal(3, messages.Select(message => message.Text).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Event_DeliveredAgain_MakesNoSecondMessage(string template)
    {
        await DeliverAsync(template, NotificationHost.Citizen("en"), "evt_1");
        var first = await host.OnlyAsync(MessageState.Sent);

        await DeliverAsync(template, NotificationHost.Citizen("en"), "evt_1");
        host.Clock.Advance(TimeSpan.FromDays(30));
        await DeliverAsync(template, NotificationHost.Citizen("en"), "evt_1");

        var only = Assert.Single(await host.AllAsync());
        Assert.Equal((first.Id, first.Version, first.SentAt), (only.Id, only.Version, only.SentAt));
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Event_ThatHappensTwice_IsToldTwice(string template)
    {
        await DeliverAsync(template, NotificationHost.Citizen("en"), "evt_1");
        await DeliverAsync(template, NotificationHost.Citizen("en"), "evt_2");

        Assert.Equal(2, (await host.AllAsync()).Count);
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

    private Task DeliverAsync(string template, Person citizen, string eventId)
    {
        var now = host.Clock.GetUtcNow();
        return template switch
        {
            "otp-sign-in" or "otp-call-confirm" or "otp-visit" => host.DeliverAsync(
                new OneTimeCodeIssued(citizen.Mobile, citizen.Language, template, "384756", new Dictionary<string, string> { ["total"] = "₹150000.00" }, now.AddMinutes(10)), eventId),
            "call-received" => host.DeliverAsync(new CallReceived("cal_1", citizen.Mobile, citizen.Language, false, now), eventId),
            "visit-scheduled" => host.DeliverAsync(Scheduled(citizen, 1_50_000_00, $"vis_{citizen.Language}"), eventId),
            "visit-rescheduled" => host.DeliverAsync(new VisitRescheduled($"vis_{citizen.Language}", Domicile, citizen, "op_1", "Bilal Ahmad", Starts, Starts.AddHours(2), 1_50_000_00), eventId),
            "visit-cancelled" => host.DeliverAsync(new VisitCancelled($"vis_{citizen.Language}", Domicile, citizen, "ill", now), eventId),
            "visit-no-show" => host.DeliverAsync(new VisitNoShow($"vis_{citizen.Language}", Domicile, citizen, now), eventId),
            "overcharge-case" => host.DeliverAsync(new OverchargeSuspected("vis_1", "op_1", citizen, 7_000, 25_000, now), eventId),
            "application-submitted" => host.DeliverAsync(new ApplicationSubmitted("app_1", "TR-26-0001-7", "domicile", 1, Domicile, Channel.Doorstep, citizen, null, null, "cit_1", now), eventId),
            "bill-issued" => host.DeliverAsync(new BillIssued("bil_1", "app_1", "TR-26-0001-7", Domicile, citizen, [], 1_50_000_00, "rule", 1, now), eventId),
            "payment-received" => host.DeliverAsync(new BillSettled("bil_1", "app_1", "TR-26-0001-7", Domicile, citizen, "rcp_1", "RC/26/000042", 1_50_000_00, "cash", now), eventId),
            "application-acknowledged" => host.DeliverAsync(
                new ApplicationAcknowledged("app_1", "TR-26-0001-7", "domicile", Domicile, citizen, new DateOnly(2026, 8, 15), 15, "Tehsildar", "Deputy Commissioner", now), eventId),
            "application-sent-back" => host.DeliverAsync(new ApplicationSentBack("app_1", "TR-26-0001-7", Domicile, citizen, [], [], "blurred", now), eventId),
            "application-approved" => host.DeliverAsync(new ApplicationDecided("app_1", "TR-26-0001-7", "domicile", "revenue", Domicile, citizen, null, Decision.Approved, "", true, now), eventId),
            "application-rejected" => host.DeliverAsync(new ApplicationDecided("app_1", "TR-26-0001-7", "domicile", "revenue", Domicile, citizen, null, Decision.Rejected, "no", true, now), eventId),
            "certificate-issued" => host.DeliverAsync(new CertificateIssued("app_1", "TR-26-0001-7", "cer_1", "domicile", Domicile, citizen, now), eventId),
            _ => throw new InvalidOperationException($"The pack may have a template '{template}', but no event is known for it."),
        };
    }

    private static IEnumerable<string> Expected(string template, string language)
    {
        var placeholders = MessageKeys.Parameters[template].Where(name => !name.EndsWith('?'));
        return placeholders.Select(name => name switch
        {
            "code" => "384756",
            "total" => "₹1,50,000.00",
            "date" => language switch { "en" => "Tuesday, 3 March 2026", "hi" => "मंगलवार, 3 मार्च 2026", _ => "منگل، 3 مارچ 2026" },
            "window" => language switch { "en" => "10:00 am to 12:00 noon", "hi" => "सुबह 10:00 से दोपहर 12:00", _ => "صبح 10:00 سے دوپہر 12:00" },
            "operator" => "Bilal Ahmad",
            "tracking" => "TR-26-0001-7",
            "receipt" => "RC/26/000042",
            "dueDate" => language switch { "en" => "Saturday, 15 August 2026", "hi" => "शनिवार, 15 अगस्त 2026", _ => "ہفتہ، 15 اگست 2026" },
            "officer" => "Tehsildar",
            _ => throw new InvalidOperationException($"Nothing is expected for {{{name}}}."),
        });
    }

    private static VisitScheduled Scheduled(Person citizen, long totalPaise, string visitId = "vis_1") => new(
        visitId, "cal_1", "domicile", Domicile, citizen, "5", "op_1", "Bilal Ahmad", Starts, Starts.AddHours(2), "qot_1", totalPaise);
}
