using EServices.Platform.Storage;

namespace EServices.Application.Applications;

/// <summary>How applications are kept and found.</summary>
internal static class ApplicationDocuments
{
    public static readonly DocumentMap<ServiceApplication> Map = new("applications");

    public static readonly DocumentIndex<ServiceApplication> ByTracking = Map.Unique("by_tracking", application => application.TrackingNumber);
    public static readonly DocumentIndex<ServiceApplication> ByCitizen = Map.Index("by_citizen", application => application.Citizen.Mobile, application => application.CreatedAt);
    public static readonly DocumentIndex<ServiceApplication> ByCitizenState =
        Map.Index("by_citizen_state", application => application.Citizen.Mobile, application => application.State, application => application.CreatedAt);
    public static readonly DocumentIndex<ServiceApplication> ByHelper = Map.Index("by_helper", application => application.CreatedBy, application => application.CreatedAt);
    public static readonly DocumentIndex<ServiceApplication> ByHelperState =
        Map.Index("by_helper_state", application => application.CreatedBy, application => application.State, application => application.CreatedAt);

    /// <summary>An office's work, what is due first before the rest. An application is in it once for each office that answers for it.</summary>
    public static readonly DocumentIndex<ServiceApplication> ByOffice =
        Map.Index("by_office", application => application.Place.Offices, application => application.State, application => application.ListedOn);

    /// <summary>What was handed in for a service, in that order; drafts are not in it.</summary>
    public static readonly DocumentIndex<ServiceApplication> ByService = Map.Index("by_service", application => application.ServiceId, application => application.SubmittedAt);

    public static readonly DocumentIndex<ServiceApplication> ByWatch = Map.Index("by_watch", application => application.WatchedUntil);
    public static readonly DocumentIndex<ServiceApplication> ByCertificate = Map.Unique("by_certificate", application => application.Certificate!.CertificateId);
}
