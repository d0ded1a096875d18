using System.Text.Json.Nodes;
using EServices.Application.Applications;
using EServices.Application.Clock;
using EServices.Application.Tracking;
using EServices.Contracts.Catalogue;
using EServices.Platform.Packs;
using EServices.Platform.Time;
using EServices.Platform.Web;

namespace EServices.Application.Certificates;

/// <summary>What a promise is made of.</summary>
internal sealed record PromiseTerms(ServiceApplication Application, ServiceLaunched Service, StatutoryClock Clock, Receipt Receipt);

/// <summary>Words promises and certificates and has them signed.</summary>
internal sealed class Issuing(StatePack pack, SigningKeys keys, Ids ids, IChance chance, TimeProvider time, IConfiguration configuration)
{
    private readonly string issuer = configuration.PublicUrl().ToString();

    /// <summary>Opens the key once, for a change that may have to be repeated.</summary>
    public async Task<Func<PromiseTerms, string>> PromisesAsync(CancellationToken cancellationToken)
    {
        var signer = await keys.SignerAsync(cancellationToken);
        return terms => signer.Sign(PromiseClaims.Type, Promise(terms));
    }

    /// <summary>Opens the key; the certificate is worded and signed only when the decision is taken.</summary>
    public async Task<Func<IssuedCertificate>> CertificateAsync(ServiceApplication application, ServiceLaunched service, WorkingCalendar calendar, CancellationToken cancellationToken)
    {
        var signer = await keys.SignerAsync(cancellationToken);
        var now = time.GetUtcNow();
        var issuedOn = calendar.DateAt(now);
        return () =>
        {
            var months = pack.Services.Find(service.ServiceId)?.ValidityMonths;
            DateOnly? validUntil = months is { } span ? issuedOn.AddMonths(span) : null;
            var (id, number) = (ids.New("cer"), TrackingNumber.New(pack.About.NumberPrefix + "C", issuedOn.Year, chance));
            var claims = new CertificateClaims(
                issuer, id, now.ToUnixTimeSeconds(), validUntil is { } last ? calendar.EndOf(last).ToUnixTimeSeconds() : null, number, service.Output, application.TrackingNumber!,
                service.ServiceId, service.Name.In("en"), service.DepartmentName.In("en"), Holder(application), issuedOn, validUntil, service.TimeLimit.DesignatedOfficer, Office(application.Place));
            return new IssuedCertificate(id, number, service.Output, signer.Sign(CertificateClaims.Type, claims), now, validUntil, null, null);
        };
    }

    private PromiseClaims Promise(PromiseTerms terms)
    {
        var (application, service, clock, receipt) = terms;
        var limit = service.TimeLimit;
        return new PromiseClaims(
            issuer, $"{application.Id}#promise", time.GetUtcNow().ToUnixTimeSeconds(), application.TrackingNumber!, service.ServiceId, service.Version, service.Name.In("en"),
            clock.StartedOn, clock.DueOn!.Value, clock.WorkingDays, clock.UncertainYears.Count == 0, limit.Source, limit.DesignatedOfficer, limit.FirstAppellate, limit.SecondAppellate,
            receipt.TotalPaise, pack.About.Currency, receipt.ReceiptNumber);
    }

    /// <summary>The person the certificate is about: whom the form names as applicant, else who applied.</summary>
    private static string Holder(ServiceApplication application) =>
        application.Form?["applicantName"] is JsonValue name && name.TryGetValue<string>(out var text) && text.Length > 0 ? text : application.Citizen.Name;

    private string Office(Whereabouts place) =>
        pack.Geography.Tehsils.Find(place.TehsilCode)?.Name ?? pack.Geography.Districts.Find(place.DistrictCode)?.Name.In("en") ?? pack.About.Name.In("en");
}
