//! What labels of well-known models and data sets stand for, as a proposal to whoever pins one.

use crate::entity::EntityType;

/// In capitals, and without what stands between words.
const KNOWN: &[(&[&str], EntityType)] = &[
    (
        &[
            "PER",
            "PERSON",
            "NAME",
            "PATIENT",
            "DOCTOR",
            "STAFF",
            "HCW",
            "GIVENNAME",
            "FIRSTNAME",
            "MIDDLENAME",
            "SURNAME",
            "LASTNAME",
            "FAMILYNAME",
            "NICKNAME",
            "PRIVATEPERSON",
        ],
        EntityType::Person,
    ),
    (
        &[
            "LOC",
            "LOCATION",
            "GPE",
            "CITY",
            "STATE",
            "COUNTY",
            "COUNTRY",
            "FAC",
            "DISTRICT",
            "TOWN",
            "REGION",
            "GEO",
            "GEOPOLITICAL",
        ],
        EntityType::Place,
    ),
    (
        &[
            "ADDRESS",
            "STREET",
            "STREETNAME",
            "STREETADDRESS",
            "BUILDINGNUMBER",
            "BUILDINGNUM",
            "SECONDARYADDRESS",
            "ZIP",
            "ZIPCODE",
            "POSTCODE",
            "PRIVATEADDRESS",
        ],
        EntityType::Address,
    ),
    (
        &["ORG", "ORGANIZATION", "ORGANISATION", "COMPANY", "COMPANYNAME", "CORPORATION", "SCHOOL", "VENDOR"],
        EntityType::Organisation,
    ),
    (&["HOSPITAL", "HOSP", "SERVICE", "DEPARTMENT"], EntityType::Service),
    (&["EMAIL", "EMAILADDRESS", "PRIVATEEMAIL"], EntityType::Email),
    (&["PHONE", "PHONENUMBER", "TELEPHONENUM", "TELEPHONE", "FAX", "PRIVATEPHONE"], EntityType::Phone),
    (&["URL", "PRIVATEURL"], EntityType::Url),
    (&["USERNAME", "HANDLE"], EntityType::Handle),
    (&["IP", "IPADDRESS", "IPV4", "IPV6", "MAC", "MACADDRESS"], EntityType::NetworkAddress),
    (&["PASSPORT", "PASSPORTNUMBER", "PASSPORTNUM"], EntityType::Passport),
    (
        &[
            "ID",
            "IDNUM",
            "IDCARD",
            "IDCARDNUM",
            "SSN",
            "SOCIALNUM",
            "SOCIALNUMBER",
            "TAXID",
            "TAXNUM",
            "GOVERNMENTID",
            "DRIVERSLICENSE",
            "DRIVERLICENSENUM",
            "MEDICALRECORD",
            "MRN",
            "HEALTHPLAN",
            "LICENSE",
        ],
        EntityType::IdNumber,
    ),
    (
        &[
            "ACCOUNT",
            "ACCOUNTNUM",
            "ACCOUNTNUMBER",
            "BANKACCOUNT",
            "ROUTINGNUMBER",
            "CREDITCARD",
            "CREDITCARDNUMBER",
            "IBAN",
            "BIC",
        ],
        EntityType::Account,
    ),
    (&["PLATE", "VEHICLEVRM", "LICENSEPLATE"], EntityType::Plate),
    (&["DATE", "DATEOFBIRTH", "DOB", "BIRTHDATE", "PRIVATEDATE"], EntityType::Date),
    (&["AGE"], EntityType::Age),
    (&["OCCUPATION", "PROFESSION", "JOB", "JOBTITLE", "JOBAREA"], EntityType::Occupation),
    (&["NORP", "DEM", "ETHNICITY", "RELIGION", "NATIONALITY", "GENDER"], EntityType::Demographic),
    (&["EVENT"], EntityType::Event),
];

/// What a label most likely stands for.
pub(super) fn proposed(label: &str) -> Option<EntityType> {
    let fits = |it: &char| it.is_ascii_alphanumeric();
    let bare: String = label.chars().filter(fits).map(|it| it.to_ascii_uppercase()).collect();
    KNOWN.iter().find(|(names, _)| names.contains(&bare.as_str())).map(|it| it.1)
}
