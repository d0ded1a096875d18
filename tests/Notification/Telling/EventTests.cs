using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Contracts.Dispatch;
using EServices.Contracts.Identity;
using EServices.Contracts.Payment;
using EServices.Notification.Messages;
using EServices.Notification.Tests.Hosting;
using EServices.Platform.Packs;

namespace EServices.Notification.Tests.Telling;

public sealed class EventTests(SharedSandbox sandbox) : IClassFixture<SharedSandbox>
{
    private static readonly DateTimeOffset Starts = new(2026, 3, 3, 4, 30, 0, TimeSpan.Zero);
    private static readonly Localised Domicile = Localised.English("Domicile certificate");

    private readonly NotificationHost host = sandbox.Host;

    public static TheoryData<string> Templates => [.. MessageKeys.Parameters.Keys];

    /// <summary>Every event of which citizens hear, in every language of the pack: its own template, and everything that the template promises.</summary>
    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Event_BecomesItsMessage_InEveryLanguage(string template)
    {
        var texts = new HashSet<string>();
        foreach (var language in new[] { "en", "hi", "ur" })
        {
            var citizen = NotificationHost.Citizen(language, sandbox.NextMobile());
            await DeliverAsync(template, citizen, $"evt_{citizen.Mobile}");

            var message = Assert.Single(await ToAsync(citizen));
            Assert.Equal((template, language), (message.Template, message.Language));
            Assert.NotEmpty(message.Subject);
            Assert.True(texts.Add(message.Text), "the same text in two languages");
            foreach (var expected in Expected(template, language))
                Assert.Contains(expected, message.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Event_DeliveredAgain_MakesNoSecondMessage(string template)
    {
        var citizen = NotificationHost.Citizen("en", sandbox.NextMobile());
        await DeliverAsync(template, citizen, $"evt_{citizen.Mobile}");
        var first = await SentAsync(citizen);

        await DeliverAsync(template, citizen, $"evt_{citizen.Mobile}");
        host.Clock.Advance(TimeSpan.FromDays(30));
        await DeliverAsync(template, citizen, $"evt_{citizen.Mobile}");

        var only = Assert.Single(await ToAsync(citizen));
        Assert.Equal((first.Id, first.Version, first.SentAt), (only.Id, only.Version, only.SentAt));
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Event_ThatHappensTwice_IsToldTwice(string template)
    {
        var citizen = NotificationHost.Citizen("en", sandbox.NextMobile());

        await DeliverAsync(template, citizen, $"evt_{citizen.Mobile}_1");
        await DeliverAsync(template, citizen, $"evt_{citizen.Mobile}_2");

        Assert.Equal(2, (await ToAsync(citizen)).Count);
    }

    private async Task<IReadOnlyList<Message>> ToAsync(Person citizen) =>
        (await host.Messages.ListAsync(MessageDocuments.ByRecipient.Where(citizen.Mobile), null, 10, CancellationToken.None)).Items;

    private async Task<Message> SentAsync(Person citizen)
    {
        IReadOnlyList<Message> messages = [];
        await Testing.Eventually.HoldsAsync(
            async () => (messages = await ToAsync(citizen)) is [{ State: MessageState.Sent }], () => string.Join(", ", messages.Select(message => $"{message.State} {message.Error}")));
        return messages[0];
    }

    private Task DeliverAsync(string template, Person citizen, string eventId)
    {
        var now = host.Clock.GetUtcNow();
        return template switch
        {
            "otp-sign-in" or "otp-call-confirm" or "otp-visit" => host.DeliverAsync(
                new OneTimeCodeIssued(citizen.Mobile, citizen.Language, template, "384756", new Dictionary<string, string> { ["totalPaise"] = "15000000" }, now.AddMinutes(10)), eventId),
            "call-received" => host.DeliverAsync(new CallReceived("cal_1", citizen.Mobile, citizen.Language, false, now), eventId),
            "visit-scheduled" => host.DeliverAsync(new VisitScheduled(
                $"vis_{citizen.Mobile}", "cal_1", "domicile", Domicile, citizen, "5", "op_1", "Bilal Ahmad", Starts, Starts.AddHours(2), "qot_1", 1_50_000_00), eventId),
            "visit-rescheduled" => host.DeliverAsync(new VisitRescheduled($"vis_{citizen.Mobile}", Domicile, citizen, "op_1", "Bilal Ahmad", Starts, Starts.AddHours(2), 1_50_000_00), eventId),
            "visit-cancelled" => host.DeliverAsync(new VisitCancelled($"vis_{citizen.Mobile}", Domicile, citizen, "ill", now), eventId),
            "visit-no-show" => host.DeliverAsync(new VisitNoShow($"vis_{citizen.Mobile}", Domicile, citizen, now), eventId),
            "visit-unassigned" => host.DeliverAsync(new VisitUnassigned($"vis_{citizen.Mobile}", Domicile, citizen, Starts, Starts.AddHours(2), now), eventId),
            "visit-missed" => host.DeliverAsync(new VisitMissed($"vis_{citizen.Mobile}", Domicile, citizen, Starts, Starts.AddHours(2), now), eventId),
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
}
