using EServices.Application.Applications;
using EServices.Application.Workflow;
using EServices.Catalogue.Services;
using EServices.Dispatch.Calls;
using EServices.Dispatch.Visits;
using EServices.Notification.Messages;
using EServices.Payment.Bills;
using EServices.Payment.Ledger;
using EServices.Payment.Payments;
using EServices.Payment.Quotes;
using EServices.Payment.Receipts;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Simulation.Clients;
using EServices.Simulation.Running;
using EServices.Simulation.Storage;
using Bill = EServices.Payment.Bills.Bill;

namespace EServices.Simulation.Checks;

/// <summary>
/// What has to hold once everything has come to rest, whatever befell the run: nothing that was answered with success is lost or done twice, money adds up,
/// and everything that services keep of each other agrees. Each violation begins with the name of its invariant.
/// </summary>
internal sealed class Invariants(World world, Promises promises)
{
    private readonly List<string> violations = [];

    public IReadOnlyList<string> Check()
    {
        foreach (var failure in world.Failures)
            Violated("run", failure);
        EventsArrived();
        var applications = All(ApplicationDocuments.Map, "application");
        var bills = All(BillDocuments.Map, "payment");
        SubmissionsFound(applications);
        BillsPaidOnce(applications, bills);
        MoneyAddsUp(bills);
        ReceiptsNumbered(bills);
        SlotsHoldOneVisit();
        DecisionsStand(applications);
        CatalogueStands();
        CopiesAgree(applications, bills);
        violations.AddRange(ReadModels.Differences(world).Select(difference => $"read-models: {difference}"));
        return violations;
    }

    /// <summary>Every event is published and handled; nothing a run does is poison, so after one more try nothing stays put aside either.</summary>
    private void EventsArrived()
    {
        foreach (var service in world.Services)
        {
            foreach (var (name, collection) in service.Disk.Collections)
            {
                foreach (var unsent in collection.Unsent)
                    Violated("events", $"{unsent.Event.Type} {unsent.Event.EventId} of {service.Name}.{name}/{unsent.DocumentId} was never sent");
                foreach (var parked in collection.Parked)
                    Violated("events", $"{parked.Event.Type} of {service.Name}.{name}/{parked.DocumentId} is parked: {parked.Error}");
            }
            if (service.Live is { Busy: true } live)
                Violated("events", $"{live.Name} is still at work");
        }
        if (world.Broker.UnderWay != 0)
            Violated("events", $"{world.Broker.UnderWay} messages are still under way");
        foreach (var queue in world.Broker.Queues)
        {
            foreach (var (message, why) in queue.Parked)
                Violated("events", $"{queue.Name} put {message.Sent.EventId} aside for good: {why.Split('\n')[0]}");
        }
        var confirmed = world.Broker.Confirmed.Select(sent => sent.EventId).ToHashSet(StringComparer.Ordinal);
        foreach (var (id, unsent) in world.Saved)
        {
            if (!confirmed.Contains(id))
                Violated("events", $"{unsent.Type} {id} was saved and never published");
        }
        foreach (var sent in world.Broker.Confirmed.Where(sent => !world.Saved.ContainsKey(sent.EventId) && !sent.Type.StartsWith("EServices.Contracts.Catalogue.", StringComparison.Ordinal)))
            Violated("events", $"{sent.Type} {sent.EventId} was published, and no save that made it true is kept");
    }

    private void SubmissionsFound(IReadOnlyDictionary<string, ServiceApplication> applications)
    {
        foreach (var id in promises.Drafts.Where(id => !applications.ContainsKey(id)))
            Violated("acknowledged", $"the draft {id} is lost");
        foreach (var (id, number) in promises.Submitted)
        {
            if (!applications.TryGetValue(id, out var application) || application.State == ApplicationState.Draft)
                Violated("acknowledged", $"the submission {id} is lost");
            else if (application.TrackingNumber != number)
                Violated("acknowledged", $"{id} was told {number} and is {application.TrackingNumber}");
        }
        foreach (var id in promises.Withdrawn.Where(id => applications.GetValueOrDefault(id)?.State != ApplicationState.Withdrawn))
            Violated("acknowledged", $"the withdrawal of {id} is lost");
    }

    private void BillsPaidOnce(IReadOnlyDictionary<string, ServiceApplication> applications, IReadOnlyDictionary<string, Bill> bills)
    {
        foreach (var application in applications.Values.Where(application => application.State != ApplicationState.Draft))
        {
            var billed = bills.Values.Where(bill => bill.ApplicationId == application.Id).ToList();
            if (billed.Count != 1)
                Violated("one-bill", $"{application.Id} has {billed.Count} bills");
            else if (billed[0].TrackingNumber != application.TrackingNumber)
                Violated("one-bill", $"{billed[0].Id} is for {billed[0].TrackingNumber}, {application.Id} is {application.TrackingNumber}");
        }
        foreach (var bill in bills.Values)
        {
            if (!applications.ContainsKey(bill.ApplicationId))
                Violated("one-bill", $"{bill.Id} bills {bill.ApplicationId}, which does not exist");
            var succeeded = bill.Payments.Count(payment => payment.State == PaymentState.Succeeded);
            var settled = bill.Settlement is not null;
            if (succeeded > 1 || (settled && bill.Settlement!.PaymentId is not null) != (succeeded == 1))
                Violated("paid-once", $"{bill.Id} is {bill.State} by {succeeded} payments");
            if (settled != (bill.State == BillState.Paid) || settled != (bill.Receipt is not null))
                Violated("paid-once", $"{bill.Id} is {bill.State}, settlement {settled}, receipt {bill.Receipt is not null}");
            if (bill.State == BillState.Due && applications.GetValueOrDefault(bill.ApplicationId)?.State == ApplicationState.Withdrawn)
                Violated("paid-once", $"{bill.Id} of the withdrawn {bill.ApplicationId} is still to be paid");
        }
        foreach (var (payment, bill) in promises.CashTaken)
        {
            if (bills.GetValueOrDefault(bill)?.Payment(payment)?.State != PaymentState.Succeeded)
                Violated("acknowledged", $"cash {payment} for {bill} is lost");
        }
        foreach (var (payment, bill) in promises.ProviderPaid)
        {
            if (bills.GetValueOrDefault(bill)?.Payment(payment)?.State is not (PaymentState.Succeeded or PaymentState.RefundDue))
                Violated("acknowledged", $"the bank's {payment} for {bill} is lost");
        }
    }

    /// <summary>Added up from the lines themselves, not by the code that keeps the books.</summary>
    private void MoneyAddsUp(IReadOnlyDictionary<string, Bill> bills)
    {
        var totals = new SortedDictionary<string, (long Debit, long Credit)>(StringComparer.Ordinal);
        foreach (var bill in bills.Values)
        {
            foreach (var entry in bill.Entries)
            {
                long debit = 0, credit = 0;
                foreach (var line in entry.Lines)
                {
                    var (sum, against) = totals.GetValueOrDefault(line.Account);
                    totals[line.Account] = line.Side == Side.Debit ? (sum + line.Paise.Value, against) : (sum, against + line.Paise.Value);
                    if (line.Side == Side.Debit)
                        debit += line.Paise.Value;
                    else
                        credit += line.Paise.Value;
                }
                if (debit != credit || debit <= 0)
                    Violated("ledger", $"{entry.Id} debits {debit} and credits {credit}");
            }
            var settlements = bill.Entries.Count(entry => entry.Id == Postings.EntryId(bill.Id));
            if (settlements != (bill.State == BillState.Paid && bill.Total.Value > 0 ? 1 : 0))
                Violated("ledger", $"{bill.Id} is {bill.State} over {bill.Total.Value} with {settlements} settlement entries");
            var due = bill.Payments.Where(payment => payment.State == PaymentState.RefundDue).Select(payment => Postings.EntryId(payment.Id)).ToList();
            if (due.Any(entry => bill.Entries.Count(posted => posted.Id == entry) != 1) || bill.Entries.Count != settlements + due.Count)
                Violated("ledger", $"{bill.Id} has {due.Count} refunds due and {bill.Entries.Count} entries");
        }
        if (world["payment"].Live is { } payment)
        {
            var told = Wait(() => payment.Get<Books>().BalanceAsync(CancellationToken.None));
            if (!told.OrderBy(account => account.Key, StringComparer.Ordinal).Select(account => (account.Key, account.Value.Debit.Value, account.Value.Credit.Value))
                .SequenceEqual(totals.Select(account => (account.Key, account.Value.Debit, account.Value.Credit))))
                Violated("ledger", "the trial balance differs from the sum of the entries");
        }
    }

    private void ReceiptsNumbered(IReadOnlyDictionary<string, Bill> bills)
    {
        var numbers = bills.Values.Where(bill => bill.Receipt is not null).Select(bill => (bill.Id, bill.Receipt!.Number)).ToList();
        foreach (var (id, _) in numbers.Where(receipt => receipt.Number is null))
            Violated("receipts", $"the receipt of {id} has no number");
        var given = numbers.Where(receipt => receipt.Number is not null).Select(receipt => receipt.Number!).ToList();
        if (given.Distinct().Count() != given.Count)
            Violated("receipts", "a receipt number was given twice");
        foreach (var series in All(NumberSeriesDocuments.Map, "payment").Values)
        {
            var carried = given.Where(number => number.Contains($"/{series.Year}/", StringComparison.Ordinal)).Select(number => int.Parse(number[^6..], System.Globalization.CultureInfo.InvariantCulture)).ToList();
            // A number that was handed back would wait for the next bill: at the end of a year there is none.
            if (!carried.Order().SequenceEqual(Enumerable.Range(1, series.Last)))
                Violated("receipts", $"{series.Year}: carried {string.Join(",", carried.Order())}, spare {string.Join(",", series.Spare)}, last {series.Last}");
            if (series.Open.Count > 0 && world["payment"].Live is not null)
                Violated("receipts", $"{series.Year}: {series.Open.Count} reservations are never ended");
        }
    }

    private void SlotsHoldOneVisit()
    {
        var calls = All(CallDocuments.Map, "dispatch");
        var visits = All(VisitDocuments.Map, "dispatch");
        foreach (var id in promises.Calls.Where(id => !calls.ContainsKey(id)))
            Violated("acknowledged", $"the call {id} is lost");
        foreach (var (id, call) in promises.Visits)
        {
            if (visits.GetValueOrDefault(id)?.Order.CallId != call)
                Violated("acknowledged", $"the visit {id} of {call} is lost");
        }
        foreach (var (id, at) in promises.Moved.Where(moved => visits.GetValueOrDefault(moved.Key)?.StartsAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture) != moved.Value))
            Violated("acknowledged", $"{id} was moved to {at}, and begins {visits.GetValueOrDefault(id)?.StartsAt:O}");
        foreach (var id in promises.Cancelled.Where(id => visits.GetValueOrDefault(id)?.State != VisitState.Cancelled))
            Violated("acknowledged", $"the cancellation of {id} is lost");
        foreach (var id in promises.Confirmed.Where(id => visits.GetValueOrDefault(id)?.State is not (VisitState.Confirmed or VisitState.Completed)))
            Violated("acknowledged", $"the confirmation of {id} is lost");

        foreach (var slot in visits.Values.Where(visit => visit.HeldBy is not null).GroupBy(visit => (visit.HeldBy, visit.StartsAt)).Where(slot => slot.Count() > 1))
            Violated("one-visit", $"{slot.Count()} visits hold {slot.Key.HeldBy} at {slot.Key.StartsAt:O}");
        foreach (var seat in visits.Values.Where(visit => visit.Seat is not null).GroupBy(visit => visit.Seat).Where(seat => seat.Count() > 1))
            Violated("one-visit", $"{seat.Count()} visits have the seat {seat.Key}");
        foreach (var call in calls.Values)
        {
            var live = visits.Values.Where(visit => visit.OpenCall == call.Id).ToList();
            if (live.Count > 1)
                Violated("one-visit", $"{call.Id} has {live.Count} live visits");
            if (call.VisitId != live.FirstOrDefault()?.Id)
                Violated("one-visit", $"{call.Id} knows of {call.VisitId ?? "no visit"}, and has {live.FirstOrDefault()?.Id ?? "none"}");
        }
        foreach (var visit in visits.Values.Where(visit => visit.HeldBy is not null != visit.Seat is not null || (visit.HeldBy is not null && visit.HeldBy != visit.OperatorId)))
            Violated("one-visit", $"{visit.Id} holds {visit.HeldBy ?? "nobody"}, seat {visit.Seat ?? "none"}, operator {visit.OperatorId ?? "none"}");
    }

    private void DecisionsStand(IReadOnlyDictionary<string, ServiceApplication> applications)
    {
        foreach (var (id, approved) in promises.Decided)
        {
            var application = applications.GetValueOrDefault(id);
            if (application?.State != (approved ? ApplicationState.Approved : ApplicationState.Rejected))
                Violated("acknowledged", $"{id} was {(approved ? "approved" : "rejected")} and is {application?.State}");
            if (approved && application?.Certificate is null)
                Violated("acknowledged", $"the certificate of {id} is lost");
        }
    }

    private void CatalogueStands()
    {
        var newest = All(ServiceVersion.Map, "catalogue").Values.GroupBy(version => version.ServiceId).ToDictionary(versions => versions.Key, versions => versions.MaxBy(version => version.Number)!);
        foreach (var (id, launched) in promises.Launched)
        {
            if (newest.GetValueOrDefault(id)?.State != (launched ? ServiceState.Launched : ServiceState.Suspended))
                Violated("acknowledged", $"{id} was {(launched ? "resumed" : "suspended")} and is {newest.GetValueOrDefault(id)?.State}");
        }
        if (world["catalogue"].Live is not { } live)
            return;
        var shelf = live.Get<Shelf>().Now.Services;
        foreach (var (id, version) in newest)
        {
            if (!shelf.TryGetValue(id, out var shown) || shown.Number != version.Number || shown.State != version.State)
                Violated("read-models", $"the shelf shows {id}@{shelf.GetValueOrDefault(id)?.Number} {shelf.GetValueOrDefault(id)?.State}, the store has @{version.Number} {version.State}");
        }
    }

    /// <summary>What one service keeps of another agrees with the other.</summary>
    private void CopiesAgree(IReadOnlyDictionary<string, ServiceApplication> applications, IReadOnlyDictionary<string, Bill> bills)
    {
        foreach (var bill in bills.Values)
        {
            if (!applications.TryGetValue(bill.ApplicationId, out var application))
                continue;
            if (application.Bill?.BillId != bill.Id || application.Bill.TotalPaise != bill.Total.Value || application.Bill.Lines.Sum(line => line.Paise) != bill.Total.Value)
                Violated("copies", $"{application.Id} knows the bill {application.Bill?.BillId} over {application.Bill?.TotalPaise}, and {bill.Id} is over {bill.Total.Value}");
            if (application.Receipt?.ReceiptNumber != bill.Receipt?.Number)
                Violated("copies", $"{application.Id} knows the receipt {application.Receipt?.ReceiptNumber ?? "none"}, and {bill.Id} has {bill.Receipt?.Number ?? "none"}");
            if (bill.State == BillState.Paid && application.State is ApplicationState.Submitted)
                Violated("copies", $"{application.Id} is paid and still waits for it");
            if (bill.State != BillState.Paid && application.State is not (ApplicationState.Submitted or ApplicationState.Withdrawn))
                Violated("copies", $"{application.Id} is {application.State}, and its bill is {bill.State}");
        }
        var quotes = All(QuoteDocuments.Map, "payment").Values.Where(quote => quote.CallId is not null).ToLookup(quote => quote.CallId);
        foreach (var call in All(CallDocuments.Map, "dispatch").Values)
        {
            if (!call.Quotes.Select(quote => quote.QuoteId).Order(StringComparer.Ordinal).SequenceEqual(quotes[call.Id].Select(quote => quote.Id).Order(StringComparer.Ordinal)))
                Violated("copies", $"{call.Id} was told {call.Quotes.Count} of {quotes[call.Id].Count()} quotes");
        }
        foreach (var message in All(MessageDocuments.Map, "notification").Values.Where(message => message.State is MessageState.Queued))
            Violated("copies", $"message {message.Id} ({message.Template}) is never sent");
    }

    private Dictionary<string, T> All<T>(DocumentMap<T> map, string service)
        where T : Document
    {
        var disk = world[service].Disk;
        if (!disk.Collections.TryGetValue(map.Collection, out var collection))
            return [];
        var store = new DocumentStore<T>(map, new MemoryKeeper(disk), new Outbox(new Ids(world.Clock, world.Chance)), world.Clock);
        return collection.Documents.Keys.Order(StringComparer.Ordinal).ToDictionary(id => id, id => store.GetAsync(id, CancellationToken.None).GetAwaiter().GetResult(), StringComparer.Ordinal);
    }

    /// <summary>Lets the run go on until it is there.</summary>
    private T Wait<T>(Func<Task<T>> start)
    {
        Task<T>? task = null;
        world.Pump.Ready(null, () => task = start());
        world.Pump.Run(() => task?.IsCompleted == true);
        return task!.GetAwaiter().GetResult();
    }

    private void Violated(string invariant, string how) => violations.Add($"{invariant}: {how}");
}
